/** Runs trials over a real store, and notes where the time of every grade goes. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceAgent } from '#agent';
import {
  DEFAULT_LIMITS,
  type HumanTests,
  type MilestoneGrade,
  type ProgressEvent,
  RunId,
  type Task,
  type TestRun,
  TrialId,
} from '#contracts';
import { humanPatch, type HarnessDeps, runTrial } from '#harness';
import { ensureEmbeddedPostgres, openStore, type Store, stopEmbeddedPostgres } from '#store';
import type { Host } from '#workspace';

const RUN = RunId.parse('20261123-211502-k3fq');
const TRIAL = TrialId.parse(`${RUN}.0123456789abcdef`);

/** Of one milestone, milliseconds. */
export interface GradeTimes {
  /** From the end of the agent's work to the grade. */
  whole: number;
  /** Of these, in commands that any grader waits for: build, compiler, suite. */
  commands: number;
  /** The agent's tree to a commit and a patch, both kept. */
  freeze: number;
  /** Up to the question what the human trees do: which sandbox, which Node. */
  surroundings: number;
  /** As the grade itself says. */
  grade: number;
  /** Everything else than the commands about the graded tree: opening it, its tests' content, its import graph. Zero where it was remembered. */
  examination: number;
  /** These two beside the examination, of the submission and, where nobody has asked before, of the human change. */
  security: number;
  integrity: number;
  /** In the database, over all that is remembered; a part of those above. */
  memo: number;
  /** What the human trees do, measured or remembered. Of a chain's first milestone it is asked before the agent begins, and so no part of `whole`. */
  baseline: number;
  /** How often a whole suite was run for it. Not a time. */
  baselineRuns: number;
  /** `whole`, and the baseline wherever it was asked. */
  withBaseline: number;
}

export interface MeasuredTrial {
  times: GradeTimes[];
  grades: MilestoneGrade[];
}

export interface TrialPlace extends AsyncDisposable {
  readonly root: string;
  readonly host: Host;
  readonly store: Store;
}

/** A cache and a database of its own; both go with it. */
export async function openTrialPlace(parent = tmpdir()): Promise<TrialPlace> {
  const root = await mkdtemp(join(parent, 'longhaul-bench-'));
  // The server may run as another user than we do.
  await chmod(root, 0o755);
  const host: Host = { environment: process.env as Record<string, string>, cacheFolder: join(root, 'cache') };
  await mkdir(host.cacheFolder);
  const stateFolder = join(root, 'state');
  const { connectionString } = await ensureEmbeddedPostgres({ stateFolder });
  const store = await openStore({ connectionString, artifactsFolder: join(root, 'artifacts'), environment: {}, now: () => new Date() });
  return {
    root,
    host,
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await stopEmbeddedPostgres({ stateFolder });
      await rm(root, { recursive: true, force: true });
    },
  };
}

/**
 * The human change at every milestone, and a note beside it.
 * @param options.note makes the submission unlike every other; what is known of one with the same note is not found out again.
 */
export async function runMeasuredTrial(
  { host, store }: TrialPlace,
  { task, note, baselineRuns }: { task: Task; note: string; baselineRuns: number },
): Promise<MeasuredTrial> {
  const reference = createReferenceAgent({ patchFor: (milestone) => humanPatch(host, task, milestone) });
  const grades: MilestoneGrade[] = [];
  const clock = createClock();
  const deps: HarnessDeps = {
    host,
    signal: new AbortController().signal,
    emit: clock.hear,
    remember: clock.watch((...asked) => store.memo(...asked)),
    keepText: (text) => store.artifacts.putText(text),
    keepBytes: (bytes) => store.artifacts.putBytes(bytes),
    readText: (hash) => store.artifacts.getText(hash),
    readBytes: (hash) => store.artifacts.getBytes(hash),
  };
  await runTrial(deps, {
    ...{ runId: RUN, trialId: TRIAL, task, agentName: 'reference', seed: 1, finished: [], baselineRuns },
    ...{ mode: 'continuous', tests: 'hidden', sandbox: 'required', limits: DEFAULT_LIMITS },
    async agent(asked) {
      const result = await reference(asked);
      await asked.workspace.writeFile('note.md', `${note}\n`);
      clock.handOver();
      return result;
    },
    onIsolation: async () => {},
    onGrade: async (grade) => {
      clock.graded(grade);
      grades.push(grade);
    },
  });
  return { grades, times: clock.times };
}

type Remember = HarnessDeps['remember'];

interface Remembered {
  kind: string;
  startedMs: number;
  wholeMs: number;
  /** Null where it was known already. */
  computed: { ms: number; value: unknown } | null;
}

/** Hears and sees what goes by; asks for nothing. */
function createClock() {
  const times: GradeTimes[] = [];
  let handedOverMs = 0;
  let frozenMs = 0;
  let seen: Remembered[] = [];
  const watch = (inner: Remember): Remember => {
    return async (key, schema, compute, worthKeeping) => {
      const entry: Remembered = { kind: key.split(':')[0] ?? '', startedMs: performance.now(), wholeMs: 0, computed: null };
      seen.push(entry);
      const timed = async () => {
        const startedMs = performance.now();
        const value = await compute();
        entry.computed = { ms: performance.now() - startedMs, value };
        return value;
      };
      const value = await inner(key, schema, timed, worthKeeping);
      entry.wholeMs = performance.now() - entry.startedMs;
      return value;
    };
  };
  const graded = ({ gradeWallMs }: MilestoneGrade) => {
    const whole = performance.now() - handedOverMs;
    const [baseline] = seen.filter(({ kind }) => kind === 'baseline');
    const during = seen.filter(({ startedMs }) => startedMs > handedOverMs);
    const computed = (kind: string) => during.filter((each) => each.kind === kind).flatMap((each) => each.computed ?? []);
    const own = (kind: string) => sum(computed(kind).map(({ ms }) => ms));
    const commands = sum(computed('examination').map(({ value }) => commandsMs(value as Examined)));
    times.push({
      whole,
      commands,
      freeze: frozenMs - handedOverMs,
      surroundings: baseline && baseline.startedMs > frozenMs ? baseline.startedMs - frozenMs : 0,
      grade: gradeWallMs ?? Number.NaN,
      examination: own('examination') - commands,
      security: own('security'),
      integrity: own('integrity'),
      memo: sum(during.map((each) => each.wholeMs - (each.computed?.ms ?? 0))),
      baseline: baseline?.wholeMs ?? 0,
      withBaseline: whole + (baseline && baseline.startedMs < handedOverMs ? baseline.wholeMs : 0),
      baselineRuns: baseline?.computed ? runsOf(baseline.computed.value as Measured) : 0,
    });
    seen = [];
  };
  return {
    times,
    watch,
    graded,
    handOver: () => {
      handedOverMs = performance.now();
    },
    hear: ({ type }: ProgressEvent) => {
      if (type === 'submission-frozen') frozenMs = performance.now();
    },
  };
}

/** What the harness remembers under `examination:` and `baseline:`, as far as it is read here. */
interface Examined {
  build: { wallMs: number } | null;
  types: { wallMs?: number } | null;
  runs: TestRun[];
}
interface Measured {
  suites: Pick<HumanTests, 'before' | 'after'>;
}

function commandsMs({ build, types, runs }: Examined): number {
  return (build?.wallMs ?? 0) + (types?.wallMs ?? 0) + sum(runs.map(({ wallMs }) => wallMs));
}

function runsOf({ suites }: Measured): number {
  return sum([suites.before, suites.after].map((suite) => (suite.status === 'ran' ? suite.runs : 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
