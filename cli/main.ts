/** Arguments to command to exit code; the only file that ends the process. */
import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_BASELINE_RUNS, LonghaulError, TestsPolicy, TrialMode } from '#contracts';
import packageJson from '../package.json' with { type: 'json' };
import type { CheckOptions } from './commands/check.ts';
import type { GuardOptions } from './commands/guard.ts';
import type { RunOptions } from './commands/run.ts';
import type { TestOptions } from './commands/test.ts';
import { type Config, readConfig, wantsTraces } from './config.ts';
import { COULD_NOT_RUN, PASSED } from './exit-codes.ts';
import { addSetupOptions, collect, positive } from './setup-options.ts';

const VERSION: string = packageJson.version;
/** Trials share the cores with the test suites they run. */
const DEFAULT_CONCURRENCY = Math.max(1, Math.min(8, availableParallelism()));

/** A command's code is loaded when it is asked for: `longhaul check` is not to wait for a database client. */
function buildProgram(config: () => Config, done: (code: number) => void): Command {
  const program = new Command('longhaul')
    .version(VERSION)
    .description('Puts a coding agent to work on a real repository for many steps in a row, and judges every step.')
    .showHelpAfterError('Run with --help to see what there is.')
    .exitOverride();

  program
    .command('check')
    .summary('what a change does to the architecture')
    .description(
      'Compares a working tree, committed or not, with the commit it began from: new import cycles, new dependencies between modules and packages, broken rules, copied code, removed exports, and how far the architecture drifted. No model, no install, no configuration.',
    )
    .argument('[path]', 'a folder of a git working tree; findings are shown of what lies in it', '.')
    .option('--base <ref>', 'compare with where HEAD left this branch, tag or commit (default: the default branch, or HEAD on it)')
    .option('--sarif <file>', 'write SARIF 2.1.0 for a code-scanning service; - for standard output')
    .option('--html <file>', 'write one self-contained page')
    .option('--svg <file>', 'write a picture of the modules and the imports between them')
    .option('--explain', 'tell the contract of the base in words first: modules, layers, doors, rules, frozen cycles')
    .option('--calibrate <commits>', 'instead of a check: learn from so many commits of the base how often people trip each rule', positive)
    .option('--no-cache', 'remember nothing, and use nothing that is remembered')
    .option('--json', 'print one JSON document')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (path: string, options: CheckOptions) => {
      const { check } = await import('./commands/check.ts');
      done(await check({ ...config(), version: VERSION }, path, options));
    });

  program
    .command('guard')
    .summary('what the architecture says of files before an edit')
    .description(
      'Tells of each file, whether or not it exists yet: the module it belongs to, the modules it may import, those that would close a cycle, and the rules that the repository states.',
    )
    .argument('<files...>', 'files of the git working tree around the current folder')
    .option('--base <ref>', 'the rules of where HEAD left this branch, tag or commit (default: the default branch, or HEAD on it)')
    .option('--no-cache', 'remember nothing, and use nothing that is remembered')
    .option('--json', 'print one JSON document')
    .action(async (files: string[], options: GuardOptions) => {
      const { guard } = await import('./commands/guard.ts');
      done(await guard({ ...config(), version: VERSION }, files, options));
    });

  const running = program
    .command('run')
    .summary('run agents on a task and show how they did')
    .description('Queues one trial per agent and seed, works on them with a local worker, and prints one table.')
    .argument('[task]', 'a folder that holds task.json')
    .option('--repository <url-or-path>', 'make a task on the fly out of the commits of this git repository')
    .option('--commit <commit>', 'its base commit')
    .option('--reference <commits>', 'later commits, one milestone each, in order, separated by commas', commaList);
  addSetupOptions(running)
    .option('--agent <name>', 'reference, nothing or scripted; may be repeated (default: reference and nothing)', collect)
    .option('--script <file>', 'what the scripted agent answers')
    .option('--repeat <n>', 'trials per agent', positive, 1)
    .addOption(
      new Option('--mode <mode>', 'keep working in one tree, or begin every milestone in the human tree before it')
        .choices(TrialMode.options)
        .default('continuous'),
    )
    .addOption(
      new Option('--tests <policy>', "what becomes of a milestone's hidden tests once it is graded: join the tree, or never do")
        .choices(TestsPolicy.options)
        .default('hidden'),
    )
    .option('--baseline-runs <n>', 'runs of each human suite, to tell stable tests from flaky ones', positive, DEFAULT_BASELINE_RUNS)
    .option('--concurrency <n>', 'trials at the same time', positive, DEFAULT_CONCURRENCY)
    .option('--no-worker', 'start no local worker; others must be running')
    .option('--max-iterations <n>', 'model turns per milestone', positive, 100)
    .option('--max-cost <usd>', 'money per milestone, US dollars', money)
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (task: string | undefined, options: Omit<RunOptions, 'agent'> & { agent?: string[] }) => {
      const { run } = await import('./commands/run.ts');
      done(await run(config(), task, { ...options, agent: options.agent ?? ['reference', 'nothing'] }));
    });

  const testing = program
    .command('test')
    .summary("run a repository's own tests")
    .description(
      'Opens a workspace at a commit, installs its dependencies, runs its tests in the sandbox and says what was found: whether and how Longhaul can run a repository. No agent, no database.',
    )
    .argument('<repository>', 'a URL, a path or a bundle')
    .option('--commit <commit>', 'a full or short id, a tag or a branch', 'HEAD')
    .option('--file <path>', 'only this test file; may be repeated', collect)
    .option('--related-to <path>', 'only tests that reach this file, where the runner can tell; may be repeated', collect);
  addSetupOptions(testing)
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExit codes: 0 every test passed or was skipped, 1 some failed or did not run, 2 could not run.')
    .action(async (repository: string, options: TestOptions) => {
      const { test } = await import('./commands/test.ts');
      done(await test(config(), repository, options));
    });

  program
    .command('worker')
    .summary('work on queued trials')
    .description(
      'Works on queued trials until SIGTERM (finishes those at hand) or Ctrl-C (hands them back). Start as many as you like, on any machine that reaches the database, the state folder and the repositories.',
    )
    .option('--concurrency <n>', 'trials at the same time', positive, DEFAULT_CONCURRENCY)
    .option('--stop-with-parent', 'drain when standard input closes')
    .action(async (options) => {
      const { worker } = await import('./commands/worker.ts');
      done(await worker(config(), options));
    });

  program
    .command('report')
    .summary('show a stored run')
    .description('Shows a stored run, or without an id the newest runs.')
    .argument('[run]', 'a run id')
    .option('--json', 'print one JSON document')
    .action(async (id: string | undefined, options) => {
      const { report } = await import('./commands/report.ts');
      done(await report(config(), id, options));
    });

  program
    .command('grade')
    .summary('grade the submissions of a stored run again')
    .description('Grades the stored submissions of a run again, without an agent, and shows old and new verdicts side by side.')
    .argument('<run>', 'a run id')
    .option('--baseline-runs <n>', 'runs of each human suite (default: as many as the run had)', positive)
    .option('--json', 'print one JSON document')
    .action(async (id: string, options) => {
      const { grade } = await import('./commands/grade.ts');
      done(await grade(config(), id, options));
    });

  program
    .command('doctor')
    .summary('check this machine')
    .description('Says what this machine has of what Longhaul needs, and for each lack the command that fixes it.')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const { doctor } = await import('./commands/doctor.ts');
      done(await doctor(config(), options));
    });

  program
    .command('stop')
    .summary('stop the embedded database')
    .description('Stops the embedded PostgreSQL. What it holds is kept; the next command starts it again.')
    .option('--json', 'print one JSON document')
    .action(async (options) => {
      const { stop } = await import('./commands/stop.ts');
      done(await stop(config(), options));
    });

  program.addHelpText('after', ENVIRONMENT);
  return program;
}

const CHECK_EXAMPLES = `
Examples:
  longhaul check
      what is not committed yet, or on a branch all that it adds to the default branch
  longhaul check packages/api --base v1.4.0 --html check.html
      the work since a release, shown for one folder

Exit codes: 0 no gate, 1 gates were found, 2 could not run or cannot tell, 130 interrupted.`;

const RUN_EXAMPLES = `
Examples:
  longhaul run fixtures/tasks/parcel-depot
      the bundled task, by the human reference and by doing nothing
  longhaul run --repository ../my-project --commit v1.4.0 --reference 3f2a9c1,88d01be
      two commits of your own repository; those between them are carried in

Exit codes: 0 every milestone was judged, 1 some could not be, 2 could not run, 130 interrupted.`;

const ENVIRONMENT = `
Environment:
  DATABASE_URL            PostgreSQL 14 or newer instead of the embedded server
  REDIS_URL               queue in Redis instead of PostgreSQL
  LONGHAUL_STATE_DIR      where the embedded server and the artifacts lie
  LONGHAUL_CACHE_DIR      where mirrors, installs and open workspaces lie
  LONGHAUL_CACHE_MAX_GB   what the cache may keep, in gigabytes (20)
  LONGHAUL_INSTALL_METHOD overlay, read-only, reflink or copy, instead of the first that works
  LONGHAUL_GIT_CREDENTIALS, LONGHAUL_NPM_CREDENTIALS
                          for private hosts: https://user:token@host, separated by spaces
  LONGHAUL_DATABASE_PORT  port of the embedded server
  LONGHAUL_DEBUG          show stack traces
  NO_COLOR                no colours`;

function commaList(value: string, before: string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

function money(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('It must be an amount above 0, in US dollars.');
  return number;
}

/** A broken world on stderr: what happened, and what to do about it. */
function explain(error: LonghaulError, debug: boolean): void {
  const indent = ' '.repeat(error.code.length + 2);
  process.stderr.write(`${error.code}  ${error.message.replaceAll('\n', `\n${indent}`)}\n${indent}${error.action}\n`);
  if (debug || error.code === 'E_INTERNAL') process.stderr.write(`${(error.cause instanceof Error ? error.cause : error).stack}\n`);
}

async function main(): Promise<number> {
  let code = PASSED;
  try {
    await buildProgram(readConfig, (result) => {
      code = result;
    }).parseAsync();
    return code;
  } catch (error) {
    // commander has already said what is wrong with the arguments, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? PASSED : COULD_NOT_RUN;
    explain(LonghaulError.from(error, 'running the command'), wantsTraces());
    return COULD_NOT_RUN;
  }
}

// Whoever reads our output may stop reading, as `head` does: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode);
});

process.exitCode = await main();
