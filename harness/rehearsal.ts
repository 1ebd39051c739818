/** How far a run of a suite is to be believed, by what the human tree has shown of it. */
import { z } from 'zod';
import { type TestRun, TestProcesses } from '#contracts';

/** What the human tree has shown to be so, and a submission is held to. */
export const Rehearsal = z.strictObject({
  /** Test files in which a canary, a test that must fail, was reported as failed, beside all others as they always come out. Sorted; may be empty. */
  canaries: z.array(z.string()),
  /** The runner's exit code was not 0 then. */
  isToldByExit: z.boolean(),
  /** `apart` where the suite comes out alike when no test shares a process with the reporter. */
  processes: TestProcesses,
});
export type Rehearsal = z.infer<typeof Rehearsal>;

/** Nothing has been shown. */
export const UNREHEARSED: Rehearsal = { canaries: [], isToldByExit: false, processes: 'shared' };

/** What of it concerns a run of these test files; all where none is named. */
export function rehearsalOf({ canaries, ...rest }: Rehearsal, files: readonly string[]): Rehearsal {
  const wanted = new Set(files);
  return { ...rest, canaries: files.length === 0 ? canaries : canaries.filter((file) => wanted.has(file)) };
}

/**
 * What a run is evidence of. A file whose canary did not fail is believed in its failures alone: whatever else it reports is left out, and so
 * missing. One that broke off, for which a failure of its own stands in the report, is believed as far as it came.
 * A run that tells of failures and ends with exit code 0, where the human tree does not, was ended by somebody else than its runner.
 */
export function believe(run: TestRun, { canaries, isToldByExit }: Rehearsal): TestRun {
  if (run.status === 'did-not-run' || canaries.length === 0) return run;
  if (isToldByExit && run.exitCode === 0) {
    const reason = 'the runner ended with exit code 0, though a test that must fail was among the tests';
    return { status: 'did-not-run', reason, fault: 'agent', output: '', wallMs: run.wallMs };
  }
  const failing = new Set(run.outcomes.flatMap(({ file, status }) => (status === 'failed' ? [file] : [])));
  const isSilent = (file: string) => !Object.hasOwn(run.canaries, file);
  const disbelieved = new Set(canaries.filter((file) => (isSilent(file) ? !failing.has(file) : run.canaries[file] !== 'failed')));
  if (disbelieved.size === 0) return run;
  const reasons = [...disbelieved].map(
    (file) => `${file}: a test that must fail was ${isSilent(file) ? 'not reported' : run.canaries[file]}, so nothing here is believed`,
  );
  const outcomes = run.outcomes.filter(({ file, status }) => status === 'failed' || !disbelieved.has(file));
  if (outcomes.length > 0) return { ...run, outcomes, gaps: [...reasons, ...run.gaps] };
  return { status: 'did-not-run', reason: reasons.join('; ').slice(0, 4_000), fault: 'agent', output: '', wallMs: run.wallMs };
}
