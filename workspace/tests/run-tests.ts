/** Runs a repository's own test suite and reads what its runner reports to a file outside the tree. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecResult, TaskSetup, TestRequest, TestRun, TestRunner } from '#contracts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import { buildTree } from './build-tree.ts';
import type { DetectedRunner } from './detect-runner.ts';
import { plantCanaries } from './plant-canaries.ts';
import { MAX_REPORT_BYTES, type Report, readOwnFile, readReport } from './read-report.ts';
import { findsRelated, NOT_INSTALLED, RUNNER_ENVIRONMENT, runnerCommand, type TestSelection } from './runner-command.ts';
import { readServices, type ServicesOutcome, withServices } from './with-services.ts';

const OUTPUT_CHARS = 4000;
const SILENT_FILE = ' was asked for and reported no test';

/**
 * Read-only, so that no test can change a reporter for the files after it; in a node_modules, because loaders that compile what a repository
 * requires, such as babel-register, leave alone what lies in one.
 */
const REPORTERS: Mount = {
  host: fileURLToPath(new URL('./reporters', import.meta.url)),
  inside: '/opt/node_modules/longhaul-reporters',
  writable: false,
};

export interface TestRunOptions {
  sandbox: Sandbox;
  tree: Mount;
  /** Empty folder on the host for the report; made and removed here. */
  reportFolder: string;
  runner: DetectedRunner;
  /** The Node that runs it. */
  nodeVersion: string;
  /** Whose `folder`, `build`, `services` and `environment` are used. */
  setup: TaskSetup;
  /** Called when build steps have run, which may have changed any file of the tree. */
  afterBuild?: () => Promise<void>;
  selection: Omit<TestRequest, 'signal'>;
  /** Test files that get a test which must fail, for this run. */
  canaries: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Builds once, starts the services, runs the suite. The runner's exit code is noted and proves nothing here: a suite counts by the tests
 * in its report. The tests get the sandbox's environment (CI=1, TZ=UTC, LANG=C.UTF-8, a home of their own; neither FORCE_COLOR
 * nor NO_COLOR, by which suites that test colours fail), what the script sets, and what the task sets, in this order.
 */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const { sandbox, runner, setup } = options;
  const report: Mount = { host: options.reportFolder, inside: '/report', writable: true };
  const root = sandbox.inside(options.tree);
  const folder = join(root, setup.folder);
  const selection = select(runner.runner, options.selection);
  const argv = runnerCommand(runner, within(setup.folder, selection), {
    processes: options.selection.processes ?? 'shared',
    reporters: sandbox.inside(REPORTERS),
    nodeVersion: options.nodeVersion,
    binFolders: foldersUpTo(root, folder).map((place) => join(place, 'node_modules/.bin')),
  });
  const environment = {
    ...againstEnvironmentFiles(runner),
    ...RUNNER_ENVIRONMENT[runner.runner],
    ...runner.environment,
    ...setup.environment,
  };
  const command = { cwd: folder, environment, mounts: [options.tree], ...(options.signal && { signal: options.signal }) };
  const built = await buildTree(sandbox, setup.build, command, options.timeoutMs);
  if (built.failure !== null)
    return {
      status: 'did-not-run',
      reason: built.failure,
      fault: 'agent',
      output: built.output.slice(-OUTPUT_CHARS),
      wallMs: built.wallMs,
    };
  if (setup.build.length > 0) await options.afterBuild?.();
  await using planted = await plantCanaries(options.tree.host, runner.runner, options.canaries);

  const key = randomBytes(16).toString('hex');
  await mkdir(options.reportFolder, { recursive: true });
  const inReport = (name: string) => join(sandbox.inside(report), name);
  try {
    const ended = await sandbox.exec({
      ...command,
      argv: withServices(argv, setup.services, inReport('stage')),
      stdin: `${key}\n`,
      mounts: [options.tree, report, REPORTERS],
      environment: { ...environment, LONGHAUL_REPORT: sandbox.inside(report) },
      timeoutMs: Math.max(1, options.timeoutMs - built.wallMs),
    });
    const result = { ...ended, wallMs: built.wallMs + ended.wallMs };
    // Outside a sandbox, home and temporary folder lie beside the tree.
    const place = { root, folders: [dirname(options.tree.host), '/tmp', '/home/agent'] };
    const told = await readReport(join(options.reportFolder, 'report'), { key, place, canaryTitle: planted.title });
    const stages = (await readOwnFile(join(options.reportFolder, 'stage')))?.content ?? '';
    return interpret(runner.runner, selection, result, told, readServices(stages, setup.services));
  } finally {
    await rm(options.reportFolder, { recursive: true, force: true });
  }
}

/** Whether a gap of a run is about one file that was asked for, and casts no doubt on the others. */
export function namesSilentFile(gap: string): boolean {
  return gap.endsWith(SILENT_FILE);
}

/** Such a file is the tree's, and Node takes its options from it where the environment has none, an empty list included. */
function againstEnvironmentFiles({ program, options }: DetectedRunner): Record<string, string> {
  return [...program, ...options].some(({ text }) => text.startsWith('--env-file')) ? { NODE_OPTIONS: '' } : {};
}

function select(runner: TestRunner, { files = [], relatedTo = [] }: TestRunOptions['selection']): TestSelection {
  if (files.length > 0) return { scope: 'files', files };
  return relatedTo.length > 0 && findsRelated(runner) ? { scope: 'related', files: relatedTo } : { scope: 'all' };
}

/** Files as the runner sees them from the folder it runs in. */
function within(folder: string, selection: TestSelection): TestSelection {
  return selection.scope === 'all' ? selection : { ...selection, files: selection.files.map((file) => relative(folder, file)) };
}

/** The folder and those around it, innermost first, up to the root. */
function foldersUpTo(root: string, folder: string): string[] {
  return folder === root ? [root] : [folder, ...foldersUpTo(root, dirname(folder))];
}

function interpret(
  runner: TestRunner,
  selection: TestSelection,
  result: ExecResult,
  report: Report | null,
  services: ServicesOutcome,
): TestRun {
  const didNotRun = (reason: string, fault: 'agent' | 'environment' = 'agent'): TestRun => ({
    status: 'did-not-run',
    reason,
    fault,
    output: result.output.slice(-OUTPUT_CHARS),
    wallMs: result.wallMs,
  });
  if (result.ending === 'not-started') return didNotRun(`${runner} could not be started`, 'environment');
  if (services.failure !== null) return didNotRun(services.failure);
  // A suite that has told all and whose process stays is as good as any.
  if (result.ending === 'timed-out' && !report?.isWhole) return didNotRun(`${runner} did not end within the time limit`);
  if (!report?.isWhole && result.exitCode === 127 && result.output.includes(NOT_INSTALLED))
    return didNotRun(`${runner} is not installed`, 'environment');
  if (report === null) return didNotRun(`${runner} ended (${result.exitCode ?? 'killed'}) without a report`);
  // Tests that stand behind the cut would be missed in a human tree, where nobody expects them yet, without a word.
  if (report.isCut) return didNotRun(`the report of ${runner} is longer than ${MAX_REPORT_BYTES} bytes`);
  if (report.outcomes.length === 0)
    return didNotRun([`${runner} reported no test at all`, ...report.gaps].join('; ').slice(0, OUTPUT_CHARS));
  const reporting = new Set(report.outcomes.map(({ file }) => file));
  const silent = selection.scope === 'files' ? selection.files.filter((file) => !reporting.has(file)) : [];
  return {
    status: 'ran',
    runner,
    scope: selection.scope,
    processes: report.processes,
    outcomes: report.outcomes,
    canaries: report.canaries,
    gaps: [...report.gaps, ...services.gaps, ...silent.map((file) => file + SILENT_FILE)],
    exitCode: result.exitCode,
    wallMs: result.wallMs,
  };
}
