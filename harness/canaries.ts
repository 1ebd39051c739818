/** Tests that must fail, and what a run is worth in which they did not. */
import { z } from 'zod';
import type { TestRun } from '#contracts';

/** What the human tree has shown to be so, and a submission is held to. */
export const Canaries = z.strictObject({
  /** Test files in which a test that must fail was reported as failed, beside all others as they always come out. Sorted; may be empty. */
  files: z.array(z.string()),
  /** The runner's exit code was not 0 then. */
  isToldByExit: z.boolean(),
});
export type Canaries = z.infer<typeof Canaries>;

/** Nothing has been shown. */
export const NO_CANARIES: Canaries = { files: [], isToldByExit: false };

/** Those that a run of these test files gets; of the whole suite where none is named. */
export function canariesOf({ files: armed, isToldByExit }: Canaries, files: readonly string[]): Canaries {
  const wanted = new Set(files);
  return { files: files.length === 0 ? armed : armed.filter((file) => wanted.has(file)), isToldByExit };
}

/**
 * What a run is evidence of. A file whose canary did not fail is believed in its failures alone: whatever else it reports is left out, and so
 * missing. One that broke off, for which a failure of its own stands in the report, is believed as far as it came.
 * A run that tells of failures and ends with exit code 0, where the human tree does not, was ended by somebody else than its runner.
 */
export function believe(run: TestRun, { files, isToldByExit }: Canaries): TestRun {
  if (run.status === 'did-not-run' || files.length === 0) return run;
  if (isToldByExit && run.exitCode === 0) {
    const reason = 'the runner ended with exit code 0, though a test that must fail was among the tests';
    return { status: 'did-not-run', reason, fault: 'agent', output: '', wallMs: run.wallMs };
  }
  const failing = new Set(run.outcomes.flatMap(({ file, status }) => (status === 'failed' ? [file] : [])));
  const isSilent = (file: string) => !Object.hasOwn(run.canaries, file);
  const disbelieved = files.filter((file) => (isSilent(file) ? !failing.has(file) : run.canaries[file] !== 'failed'));
  if (disbelieved.length === 0) return run;
  const isBelieved = ({ file, status }: { file: string; status: string }) => status === 'failed' || !disbelieved.includes(file);
  const reasons = disbelieved.map(
    (file) => `${file}: a test that must fail was ${isSilent(file) ? 'not reported' : run.canaries[file]}, so nothing here is believed`,
  );
  const outcomes = run.outcomes.filter(isBelieved);
  if (outcomes.length > 0) return { ...run, outcomes, gaps: [...reasons, ...run.gaps] };
  return { status: 'did-not-run', reason: reasons.join('; ').slice(0, 4_000), fault: 'agent', output: '', wallMs: run.wallMs };
}
