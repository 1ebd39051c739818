/** Which of a script's arguments are kept when its runner reports to us. */
import type { TestRunner } from '#contracts';
import type { ShellWord } from './shell-words.ts';

interface Options {
  /** Options whose next word is their value. */
  valued: RegExp;
  /** Reporters, coverage, watching, early ends, written snapshots: ours to say. Their values go with them. */
  dropped: RegExp;
  /** How many files or tests run side by side. Kept where it says one at a time: such tests stand in each other's way. */
  workers: RegExp;
}

const OPTIONS: Record<TestRunner, Options> = {
  vitest: {
    valued:
      /^(-[crt]|--(config|root|dir|project|environment|reporter|outputFile|pool|testNamePattern|mode|exclude|testTimeout|hookTimeout|teardownTimeout|retry|bail|shard|workspace|maxWorkers|minWorkers|maxConcurrency|configLoader|browser\.name|coverage\.[a-z]+))$/i,
    dropped:
      /^(-[wu]|--(no-)?(reporter|outputFile|coverage|watch|ui|open|run|bail|update|changed|shard|passWithNoTests|typecheck)(\..*)?)$/i,
    workers: /^--(max|min)(Workers|-workers|Threads|-threads)$/,
  },
  jest: {
    valued:
      /^(-[cwt]|--(config|rootDir|roots|testMatch|testPathPatterns?|testPathIgnorePatterns|testNamePattern|testRegex|env|testEnvironment|selectProjects|ignoreProjects|projects|preset|transform|setupFiles|setupFilesAfterEnv|testTimeout|globals|maxConcurrency|maxWorkers|reporters|outputFile|coverageDirectory|collectCoverageFrom|coverageReporters|coverageProvider|coverageThreshold|changedSince|shard))$/,
    dropped:
      /^(-[buo]|--(no-)?(coverage.*|collectCoverage.*|watch.*|ci|json|outputFile|reporters|bail|updateSnapshot|onlyChanged|changedSince|lastCommit|silent|verbose|colors?|passWithNoTests|shard|notify))$/,
    workers: /^(-w|--maxWorkers)$/,
  },
  mocha: {
    valued:
      /^(-[rRtugfnjsO]|--(require|reporter|reporter-options?|config|opts|package|spec|extension|timeout|ui|grep|fgrep|file|ignore|exclude|retries|slow|jobs|loader|import|node-option|global))$/,
    dropped: /^(-[RObwcpC]|--(no-)?(reporter|reporter-options?|bail|watch.*|colors?|parallel))$/,
    workers: /^(-j|--jobs)$/,
  },
  'node:test': {
    valued:
      /^(-[rC]|--(import|require|loader|experimental-loader|conditions|env-file|env-file-if-exists|test-(name|skip)-pattern|test-(concurrency|timeout|reporter|reporter-destination|shard|isolation|coverage-[a-z]+)))$/,
    dropped:
      /^(--test|--test-(reporter|reporter-destination|shard|update-snapshots|coverage-.*)|--experimental-test-coverage|--watch.*|--inspect.*)$/,
    workers: /^--test-concurrency$/,
  },
  ava: {
    valued: /^(-[mTc]|--(match|timeout|config|concurrency|node-arguments|reporter|watch-path))$/,
    dropped: /^(-[twuv]|--(tap|reporter|watch|update-snapshots|fail-fast|no-color|color|verbose))$/,
    workers: /^(-c|--concurrency)$/,
  },
  tape: {
    valued: /^(-[rC]|--(require|import|loader|ignore|conditions|env-file))$/,
    dropped: /^(-i|--(ignore|ignore-pattern|no-only|strict|fail-fast).*)$/,
    workers: /^$/,
  },
};

export interface RunnerArguments {
  /** Options with their values. */
  options: ShellWord[];
  /** Files, folders and patterns. */
  operands: ShellWord[];
}

/** Whether the script says how many run side by side. */
export function namesWorkers(runner: TestRunner, options: readonly ShellWord[]): boolean {
  return options.some(({ text }) => OPTIONS[runner].workers.test(text.split('=')[0] ?? ''));
}

export function readArguments(runner: TestRunner, words: readonly ShellWord[]): RunnerArguments {
  const { valued, dropped, workers } = OPTIONS[runner];
  const options: ShellWord[] = [];
  const operands: ShellWord[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (!word) continue;
    if (word.text === '--') {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!word.text.startsWith('-') || word.text === '-') {
      operands.push(word);
      continue;
    }
    const [name = '', ...inline] = word.text.split('=');
    const value = inline.length === 0 && valued.test(name) ? words[at + 1] : undefined;
    if (value) at += 1;
    const isOneAtATime = (value?.text ?? inline.join('=')) === '1';
    if (!dropped.test(name) && (!workers.test(name) || isOneAtATime)) options.push(word, ...(value ? [value] : []));
  }
  return { options, operands };
}
