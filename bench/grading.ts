/** The tax on grading a milestone, beside a plain script that grades the same submission by hand. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS, DEFAULT_SETUP, type Task } from '#contracts';
import { loadTask, taskFromCommits } from '#harness';
import { openWorkspace } from '#workspace';
import { rebuildArchitecture } from '#architecture';
import { type BenchResult, compare, median } from './bench.ts';
import { gradeByScript, type ScriptCommands, type ScriptTimes } from './grading-script.ts';
import { type GradeTimes, type MeasuredTrial, openTrialPlace, runMeasuredTrial, type TrialPlace } from './grading-trial.ts';

const PARCEL_DEPOT = join(import.meta.dirname, '../fixtures/tasks/parcel-depot');
const MILESTONES = 3;
const REPEATS = 3;
/** The k of "k of k", as `longhaul run` has it. */
const BASELINE_RUNS = 3;

/**
 * The tax is the wall time from the moment the agent hands over to the moment its grade is out, less what any grader waits for: build,
 * compiler and suite, each by the wall time of its own command as the sandbox measured it. Nothing else is taken off: freezing, opening
 * trees, mounting, reading the change, the import graph, the memo in the database. Nothing is installed meanwhile, because an earlier trial
 * has filled the cache; the script installs, with a warm download cache, and its tax is given without and with that.
 *
 * The bundled task by default. Another one: `--repository`, `--commit`, `--reference` (several), and `--install`, `--types` and `--suite`,
 * shell commands for the script.
 */
export async function benchGrading(args: readonly string[], note: (line: string) => void): Promise<BenchResult[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repository: { type: 'string' },
      commit: { type: 'string', default: 'HEAD' },
      reference: { type: 'string', multiple: true, default: [] },
      install: { type: 'string', default: 'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefer-offline' },
      types: { type: 'string', default: 'npx --no tsc --noEmit' },
      suite: { type: 'string', default: 'npx --no vitest run --reporter=json --outputFile="$REPORT"' },
      folder: { type: 'string' },
    },
  });
  await using place = await openTrialPlace(values.folder && resolve(values.folder));
  const task = await chooseTask(place, values);
  const trial = (name: string, baselineRuns = BASELINE_RUNS) => runMeasuredTrial(place, { task, note: name, baselineRuns });

  note('a trial that fills the caches');
  await trial('warm-up', 1);
  note(`a trial that measures the baselines, ${BASELINE_RUNS} runs of each human tree`);
  const first = await trial('first');
  note('the script, to fill its cache');
  await byScript(place, task, first, values);
  const later: MeasuredTrial[] = [];
  const scripted: ScriptTimes[] = [];
  // Interleaved, so that a machine that slows down slows both.
  for (let count = 1; count <= REPEATS; count++) {
    note(`trial and script ${count} of ${REPEATS}`);
    later.push(await trial(`later ${count}`));
    scripted.push(...(await byScript(place, task, first, values)));
  }
  note('a trial that hands over what another one has');
  const equal = await trial(`later ${REPEATS}`);
  note('parts of it alone');
  const alone = await measureAlone(place, task);
  return [...wholes(first, later, equal, scripted), ...baselines(first, later), ...parts(later), ...alone];
}

async function chooseTask(place: TrialPlace, values: { repository?: string; commit: string; reference: string[] }): Promise<Task> {
  if (values.repository === undefined) {
    const task = await loadTask(place.host, PARCEL_DEPOT, true);
    return { ...task, milestones: task.milestones.slice(0, MILESTONES) };
  }
  const repository = /^[a-z]+:\/\//.test(values.repository) ? values.repository : `file://${resolve(values.repository)}`;
  return taskFromCommits(place.host, { repository, commit: values.commit, references: values.reference, setup: DEFAULT_SETUP });
}

/** Every milestone of a trial again. */
async function byScript(place: TrialPlace, task: Task, { grades }: MeasuredTrial, commands: ScriptCommands): Promise<ScriptTimes[]> {
  const times: ScriptTimes[] = [];
  for (const [index, { submission }] of grades.entries()) {
    const milestone = task.milestones[index];
    if (milestone === undefined) continue;
    const patch = await place.store.artifacts.getBytes(submission.patch);
    times.push(await gradeByScript(place.root, { task, milestone, patch, commands }));
  }
  return times;
}

function wholes(
  first: MeasuredTrial,
  later: readonly MeasuredTrial[],
  equal: MeasuredTrial,
  scripted: readonly ScriptTimes[],
): BenchResult[] {
  const tax = middle(later, ({ whole, commands }) => whole - commands);
  return [
    {
      ...shown('tax of a milestone', tax, {
        'script, less its install': median(scripted.map(({ whole, commands, install }) => whole - commands - install)),
        script: median(scripted.map(({ whole, commands }) => whole - commands)),
      }),
      aim: 'under 1 s',
      met: tax < 1_000,
    },
    shown(
      'a milestone, whole',
      middle(later, ({ whole }) => whole),
      {
        script: median(scripted.map(({ whole }) => whole)),
        'baseline not remembered': middle([first], ({ withBaseline }) => withBaseline),
      },
    ),
    shown(
      'an equal submission again, freeze included',
      middle([equal], ({ whole }) => whole),
      { 'its grade': middle([equal], ({ grade }) => grade) },
    ),
  ];
}

function baselines(first: MeasuredTrial, later: readonly MeasuredTrial[]): BenchResult[] {
  const all = ({ times }: MeasuredTrial, of: (times: GradeTimes) => number) => times.reduce((sum, each) => sum + of(each), 0);
  const again = median(later.map((trial) => all(trial, ({ baseline }) => baseline)));
  const runs = later.reduce((sum, trial) => sum + all(trial, ({ baselineRuns }) => baselineRuns), 0);
  return [
    shown('baselines of a trial', again, { 'the first trial': all(first, ({ baseline }) => baseline) }),
    {
      ...{ name: `suite runs for the baselines of ${later.length} trials`, unit: 'runs', ratio: null, ours: runs },
      against: { 'the first trial': all(first, ({ baselineRuns }) => baselineRuns) },
      aim: 'none',
      met: runs === 0,
    },
  ];
}

const PARTS = {
  'freeze, patch, keep both': 'freeze',
  surroundings: 'surroundings',
  'the graded tree, less its commands': 'examination',
  'security, beside it': 'security',
  'integrity, beside it': 'integrity',
  'memo, in all of these': 'memo',
} as const;

function parts(later: readonly MeasuredTrial[]): BenchResult[] {
  return Object.entries(PARTS).map(([name, part]) =>
    shown(
      `of it: ${name}`,
      middle(later, (times) => times[part]),
    ),
  );
}

/** As a grade does them, warm, with nothing beside them. */
async function measureAlone({ host }: TrialPlace, task: Task): Promise<BenchResult[]> {
  const [milestone] = task.milestones;
  if (milestone === undefined) return [];
  const { referenceCommit: commit } = milestone;
  const times: Record<'open' | 'architecture' | 'close', number[]> = { open: [], architecture: [], close: [] };
  for (let count = 0; count < REPEATS; count++) {
    const startedMs = performance.now();
    const tree = { repository: task.repository, commit: task.baseCommit, testsFrom: commit, environmentFrom: commit, setup: task.setup };
    const workspace = await openWorkspace(host, { ...tree, sandbox: 'required', limits: DEFAULT_LIMITS });
    const openMs = performance.now();
    await rebuildArchitecture(workspace.folder, { signal: new AbortController().signal });
    const readMs = performance.now();
    await workspace[Symbol.asyncDispose]();
    times.open.push(openMs - startedMs);
    times.architecture.push(readMs - openMs);
    times.close.push(performance.now() - readMs);
  }
  return Object.entries(times).map(([name, values]) => shown(`alone: ${name}`, median(values)));
}

/** Over all milestones of all these trials. */
function middle(trials: readonly MeasuredTrial[], of: (times: GradeTimes) => number): number {
  return median(trials.flatMap(({ times }) => times.map(of)));
}

function shown(name: string, ours: number, against: Record<string, number> = {}): BenchResult {
  return compare(name, 'ms', ours, against);
}
