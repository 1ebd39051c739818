/** The command line that runs a suite with our own reporter. */
import { join } from 'node:path';
import type { TestProcesses, TestRunner } from '#contracts';
import type { DetectedRunner } from './detect-runner.ts';
import { namesWorkers } from './runner-arguments.ts';
import { literals, type ShellWord, writeWords } from './shell-words.ts';

/** node:test waits for ever for a file that does not end, and one such file would cost the evidence of all others. */
const NODE_TEST_TIMEOUT_MS = 120_000;
/**
 * Files at once, whatever the machine: a suite whose files stand in each other's way behaves the same on 2 cores and on 64,
 * and trials side by side do not crowd each other out.
 */
const WORKERS = 2;

/** Begins the line that tells a runner that is not there from one that failed. */
export const NOT_INSTALLED = 'longhaul: not installed: ';

/** Which tests: all, those in these files, or those that import these files. */
export type TestSelection =
  | { scope: 'all' }
  | { scope: 'files'; files: readonly string[] }
  | { scope: 'related'; files: readonly string[] };

const FINDS_RELATED: ReadonlySet<TestRunner> = new Set(['vitest', 'jest']);

export function findsRelated(runner: TestRunner): boolean {
  return FINDS_RELATED.has(runner);
}

/** Worker counts that have no option in every version. The least is set too: vitest refuses one above the most. */
export const RUNNER_ENVIRONMENT: Readonly<Partial<Record<TestRunner, Record<string, string>>>> = {
  vitest: Object.fromEntries(
    ['THREADS', 'FORKS', 'WORKERS'].flatMap((kind) => [
      [`VITEST_MIN_${kind}`, '1'],
      [`VITEST_MAX_${kind}`, String(WORKERS)],
    ]),
  ),
};

export interface RunnerPlace {
  processes: TestProcesses;
  reporters: string;
  nodeVersion: string;
  binFolders: readonly string[];
}

/**
 * @param processes whether each file of mocha gets a process of its own. @param reporters folder of the reporters, as the command sees it.
 * @param nodeVersion of the Node that runs it, such as `v20.11.0`.
 * @param binFolders where programs of the repository are searched: nowhere else, or a runner of the machine would stand in for a missing one.
 */
export function runnerCommand(
  detected: DetectedRunner,
  selection: TestSelection,
  { processes, reporters, nodeVersion, binFolders }: RunnerPlace,
): string[] {
  const words = runnerWords(detected, selection, (name) => join(reporters, name), nodeVersion);
  const [program, ...rest] = words;
  // tape expands patterns itself, and is not asked here.
  const apart = detected.runner === 'mocha' && processes === 'apart' ? literals('node', join(reporters, 'mocha-files.cjs')) : [];
  const expansion = detected.runner === 'tape' ? 'shopt -s globstar nullglob\n' : '';
  if (!program || program.text === 'node' || program.text.includes('/'))
    return ['bash', '-c', `${expansion}exec ${writeWords([...apart, ...words])}`];
  const search = `program=$(PATH=${writeWords(literals(binFolders.join(':')))} type -P ${writeWords([program])}) || { echo ${writeWords(literals(NOT_INSTALLED + program.text))}; exit 127; }`;
  return ['bash', '-c', `${search}\nexec ${writeWords(apart)} "$program" ${writeWords(rest)}`];
}

function runnerWords(
  { runner, program, options, operands }: DetectedRunner,
  selection: TestSelection,
  reporter: (file: string) => string,
  nodeVersion: string,
): ShellWord[] {
  const chosen = selection.scope === 'all' ? operands : literals(...selection.files.map((file) => `./${file}`));
  const workers = (option: string) => (namesWorkers(runner, options) || options.some(isSerial) ? [] : literals(`${option}=${WORKERS}`));
  switch (runner) {
    case 'vitest':
      return [
        ...program,
        ...literals(...(selection.scope === 'related' ? ['related', '--run'] : ['run'])),
        ...literals(`--reporter=${reporter('vitest-reporter.cjs')}`, '--no-coverage', '--bail=0'),
        ...options,
        ...chosen,
      ];
    case 'jest':
      return [
        ...program,
        ...literals('--ci', '--coverage=false', `--reporters=${reporter('jest-reporter.cjs')}`, '--bail=0', '--watchAll=false'),
        ...workers('--maxWorkers'),
        ...options,
        ...literals(...(selection.scope === 'all' ? [] : selection.scope === 'files' ? ['--runTestsByPath'] : ['--findRelatedTests'])),
        ...chosen,
      ];
    case 'mocha':
      return [...program, ...literals('--reporter', reporter('mocha-reporter.cjs'), '--no-bail'), ...options, ...chosen];
    case 'ava':
      return [
        ...(program.length > 1 ? program.slice(0, -1) : literals('node')),
        ...literals(reporter('ava-reporter.mjs')),
        ...workers('--concurrency'),
        ...options,
        ...chosen,
      ];
    case 'tape':
      return [...literals('node', reporter('tape-files.cjs')), ...options, ...literals('--'), ...chosen.map(asPattern)];
    case 'node:test':
      return [
        ...program,
        ...literals('--test', `--test-reporter=${reporter('node-test-reporter.mjs')}`),
        ...(isAtLeast(nodeVersion, 20, 11) ? literals(`--test-timeout=${NODE_TEST_TIMEOUT_MS}`) : []),
        ...(isAtLeast(nodeVersion, 20, 11) ? workers('--test-concurrency') : []),
        ...options,
        ...chosen,
      ];
  }
}

function asPattern(word: ShellWord): ShellWord {
  return { ...word, isGlob: word.isGlob || /[*?]/.test(word.text) };
}

function isSerial({ text }: ShellWord): boolean {
  return /^(-i|--runInBand|-s|--serial)$/.test(text);
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.replace('v', '').split('.').map(Number);
  return ofMajor > major || (ofMajor === major && ofMinor >= minor);
}
