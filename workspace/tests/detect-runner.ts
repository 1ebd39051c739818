/** Which test runner a package uses, and how its own scripts start it. */
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type CommitSha, TestRunner } from '#contracts';
import { listTree, readFileAt } from '../git/history.ts';
import type { Host } from '../host.ts';
import { type RunnerArguments, readArguments } from './runner-arguments.ts';
import { type ScriptCommand, scriptCommands } from './script-commands.ts';
import { literals, type ShellWord } from './shell-words.ts';

const PackageJson = z.looseObject({
  scripts: z.record(z.string(), z.unknown()).catch({}).default({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
});
type PackageJson = z.infer<typeof PackageJson>;

export interface DetectedRunner extends RunnerArguments {
  runner: TestRunner;
  /** The words that start it, before its own arguments: `vitest`, or `node --some-flag node_modules/jest/bin/jest.js`. */
  program: ShellWord[];
  /** Environment that the script sets before the runner. */
  environment: Record<string, string>;
}

export type Detection = DetectedRunner | { runner: null; reason: string };

/** The command a runner is known by. */
const PROGRAMS = new Map<string, TestRunner>([
  ['vitest', 'vitest'],
  ['jest', 'jest'],
  ['mocha', 'mocha'],
  ['_mocha', 'mocha'],
  ['ts-mocha', 'mocha'],
  ['ava', 'ava'],
  ['tape', 'tape'],
  ['borp', 'node:test'],
  ['bnt', 'node:test'],
]);

/** Runners that are told apart and not read: guessing at another one would say that tests do not exist. */
const UNREADABLE = new Map([
  ...['uvu', 'tap', 'karma', 'cypress', 'playwright', 'web-test-runner', 'lab', 'jasmine', 'qunit', 'electron-mocha', 'nightwatch'].map(
    (name) => [name, name] as const,
  ),
  ...['testem', 'intern', 'zora', 'japa', 'poku'].map((name) => [name, name] as const),
  ['wtr', 'web-test-runner'],
  ['wdio', 'webdriverio'],
  ['bun', 'bun:test'],
  ['deno', 'deno test'],
]);

/** Packages by which an unreadable runner is known where no script names it. */
const UNREADABLE_PACKAGES = [
  'uvu',
  'tap',
  'karma',
  'cypress',
  '@playwright/test',
  '@web/test-runner',
  '@hapi/lab',
  'jasmine',
  'qunit',
  'poku',
];

/** Programs that run a file under another loader, and the flags of node that come to the same. */
const LOADERS = new Map([
  ['node', []],
  ['tsx', ['--import', 'tsx']],
  ['ts-node', ['-r', 'ts-node/register']],
]);

const CONFIG_FILES: [RegExp, TestRunner][] = [
  [/^vitest\.(config|workspace)\.[cm]?[jt]s$/, 'vitest'],
  [/^jest\.config\.([cm]?[jt]s|json)$/, 'jest'],
  [/^\.mocharc(\.\w+)?$/, 'mocha'],
  [/^ava\.config\.[cm]?js$/, 'ava'],
];

/**
 * What the `test` scripts run comes first, then configuration files, then what is installed; in the package first, then in the root.
 * @param folder the package whose tests are run, relative to the repository.
 * @returns why not, where none of the runners that can be read is used: tests are then unscored, never guessed at.
 */
export async function detectRunner(
  host: Host,
  { gitDir, commit, folder }: { gitDir: string; commit: CommitSha; folder: string },
): Promise<Detection> {
  const paths = [...(await listTree(host, gitDir, commit)).keys()];
  let detection: Detection = NOTHING_NAMED;
  for (const place of new Set([folder, '.'])) {
    const files = paths.filter((path) => join(path, '..') === place).map((path) => basename(path));
    detection = detect((await readFileAt(host, gitDir, commit, join(place, 'package.json'))) ?? '', files);
    if (detection !== NOTHING_NAMED) break;
  }
  return detection;
}

const NOTHING_NAMED: Detection = {
  runner: null,
  reason: `package.json names none of the test runners that can be read (${TestRunner.options.join(', ')})`,
};

function detect(text: string, files: readonly string[]): Detection {
  const manifest = parse(text);
  if (manifest === null) return NOTHING_NAMED;
  const installed = { ...manifest.dependencies, ...manifest.devDependencies };
  const commands = testCommands(manifest);
  for (const command of commands) {
    const found = readCommand(command, installed);
    if (found) return found;
  }
  for (const { words } of commands) {
    const name = UNREADABLE.get(basename(words[0]?.text ?? ''));
    if (name !== undefined) return unreadable(name);
  }
  const configured = CONFIG_FILES.find(([pattern]) => files.some((file) => pattern.test(file)))?.[1];
  const named = configured ?? TestRunner.options.find((runner) => runner in manifest || runner in installed);
  if (named !== undefined) return { runner: named, program: literals(named), options: [], operands: [], environment: {} };
  const other = UNREADABLE_PACKAGES.find((name) => name in installed);
  return other === undefined ? NOTHING_NAMED : unreadable(other);
}

function unreadable(name: string): Detection {
  return { runner: null, reason: `its tests are run by ${name}, which cannot be read` };
}

function parse(text: string): PackageJson | null {
  try {
    return PackageJson.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** All that `test` runs, then all that its sisters do: `test:unit`, `test-node`. */
function testCommands(manifest: PackageJson): ScriptCommand[] {
  const scripts = Object.fromEntries(
    Object.entries(manifest.scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const names = Object.keys(scripts)
    .filter((name) => /^test([:_-]|$)/.test(name))
    .sort((a, b) => a.length - b.length);
  const known = (program: string) => PROGRAMS.has(program) || UNREADABLE.has(program) || LOADERS.has(program);
  return names.flatMap((name) => scriptCommands(scripts, name, known));
}

/** @returns null for a command that runs no tests, or none that can be read. */
function readCommand({ words, environment }: ScriptCommand, installed: Record<string, unknown>): DetectedRunner | null {
  const [first, ...rest] = words;
  if (!first) return null;
  const program = basename(first.text);
  const flags = LOADERS.get(program);
  const found = flags ? throughNode(flags, rest, installed) : startedBy(PROGRAMS.get(program), first, rest);
  return found && { ...found, environment };
}

type Started = Omit<DetectedRunner, 'environment'>;

function startedBy(runner: TestRunner | undefined, program: ShellWord, words: readonly ShellWord[]): Started | null {
  if (runner === undefined) return null;
  const { options, operands } = readArguments(runner, words);
  // borp and bnt are node:test with coverage and builds around it.
  if (runner === 'node:test') return { runner, program: literals('node'), options: [], operands };
  if (runner !== 'vitest') return { runner, program: [program], options, operands };
  const verb = operands[0]?.text ?? '';
  if (/^(bench|typecheck|list|init|related)$/.test(verb)) return null;
  return { runner, program: [program], options, operands: /^(run|watch|dev)$/.test(verb) ? operands.slice(1) : operands };
}

/** `node --test`, `node --flag node_modules/jest/bin/jest.js`, and `node test/index.js` where tape is what the file will load. */
function throughNode(flags: readonly string[], words: readonly ShellWord[], installed: Record<string, unknown>): Started | null {
  const { options: all, operands } = readArguments('node:test', words);
  const node = literals('node', ...flags);
  if (words.some(({ text }) => text === '--test')) return { runner: 'node:test', program: node, options: all, operands };
  const [entry] = operands;
  if (!entry) return null;
  const { options } = readArguments('node:test', words.slice(0, words.indexOf(entry)));
  if (/(^|\/)node_modules\//.test(entry.text)) {
    const runner = PROGRAMS.get(basename(entry.text).replace(/\.[cm]?js$/, ''));
    const started = startedBy(runner, entry, words.slice(words.indexOf(entry) + 1));
    return started && { ...started, program: [...node, ...options, ...started.program] };
  }
  if (!('tape' in installed) || !/(^|\/)tests?(\/|\.[cm]?[jt]s$|$)/.test(entry.text)) return null;
  return { runner: 'tape', program: literals('tape'), options: [...node.slice(1), ...options], operands };
}
