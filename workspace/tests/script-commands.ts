/** What a package's script comes to: every command it runs, by way of other scripts and of wrappers. */
import { basename } from 'node:path';
import { readCommands, type ShellWord } from './shell-words.ts';

export interface ScriptCommand {
  /** Set by the script before the command. */
  environment: Record<string, string>;
  /** Never empty. The first names the program, as the script does. */
  words: readonly ShellWord[];
}

type Scripts = Readonly<Record<string, string>>;

const MAX_SCRIPT_CHARS = 10_000;
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;
/** They run the command that follows their own options. */
const WRAPPERS = new Set(['c8', 'cross-env', 'cross-env-shell', 'dotenv', 'dotenvx', 'env', 'exec', 'npx', 'nyc', 'time', 'xvfb-run']);
const PACKAGE_MANAGERS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const SCRIPT_LISTS = new Set(['npm-run-all', 'npm-run-all2', 'run-s', 'run-p']);

/**
 * @param known whether a word names a program that the caller looks for; a wrapper's command begins at the first of them.
 * @returns commands in the order they run; none for a script that does not exist.
 */
export function scriptCommands(scripts: Scripts, name: string, known: (program: string) => boolean): ScriptCommand[] {
  return expandScript(name, [], { scripts, known, read: new Set() });
}

interface Reading {
  scripts: Scripts;
  known: (program: string) => boolean;
  /** Each script is read once: they may call themselves, or one another so often that there is no end to it. */
  read: Set<string>;
}

/** @param extra words that the caller adds to the script's last command, as after `npm run x --`. */
function expandScript(name: string, extra: readonly ShellWord[], reading: Reading): ScriptCommand[] {
  const script = Object.hasOwn(reading.scripts, name) ? reading.scripts[name] : undefined;
  if (script === undefined || reading.read.has(name) || script.length > MAX_SCRIPT_CHARS) return [];
  reading.read.add(name);
  const commands = readCommands(script);
  commands.at(-1)?.push(...extra);
  return commands.flatMap((words) => expandCommand(words, {}, reading));
}

function expandCommand(words: readonly ShellWord[], environment: Record<string, string>, reading: Reading): ScriptCommand[] {
  const [first, ...rest] = words;
  if (!first) return [];
  const assignment = ASSIGNMENT.exec(first.text);
  if (assignment) return expandCommand(rest, { ...environment, [assignment[1] ?? '']: assignment[2] ?? '' }, reading);
  const program = basename(first.text);
  const inner = (commands: ScriptCommand[]) => commands.map((one) => ({ ...one, environment: { ...environment, ...one.environment } }));
  if (PACKAGE_MANAGERS.has(program)) return inner(throughManager(program, words, reading));
  if (SCRIPT_LISTS.has(program))
    return inner(rest.flatMap(({ text }) => matching(text, reading).flatMap((name) => expandScript(name, [], reading))));
  if (program === 'concurrently') return inner(rest.flatMap(({ text }) => concurrent(text, reading)));
  if (WRAPPERS.has(program)) {
    const start = rest.findIndex(({ text }) => ASSIGNMENT.test(text) || isProgram(text, reading));
    return start === -1 ? [] : expandCommand(rest.slice(start), environment, reading);
  }
  return [{ environment, words }];
}

function isProgram(text: string, { known }: Reading): boolean {
  const program = basename(text);
  return known(program) || WRAPPERS.has(program) || PACKAGE_MANAGERS.has(program) || SCRIPT_LISTS.has(program);
}

/** `npm run x -- words`, `yarn x`, `pnpm exec vitest`. Commands for other packages of the workspace are not followed. */
function throughManager(manager: string, words: readonly ShellWord[], reading: Reading): ScriptCommand[] {
  const rest = words.slice(1);
  const at = rest.findIndex(({ text }) => !/^(-s|--silent|--if-present|-w|--workspace-root)$/.test(text));
  const verb = rest[at]?.text ?? '';
  const after = rest.slice(at + 1);
  if (manager === 'bun' && verb === 'test') return [{ environment: {}, words }];
  if (/^(run|run-script)$/.test(verb)) {
    const start = after.findIndex(({ text }) => !text.startsWith('-'));
    const name = after[start]?.text ?? '';
    // yarn and bun run programs by the same word.
    if (/^[\w.-]+$/.test(name) && !Object.hasOwn(reading.scripts, name)) return expandCommand(after.slice(start), {}, reading);
    return matching(name, reading).flatMap((script) => expandScript(script, extraWords(after.slice(start + 1)), reading));
  }
  if (/^(test|t|tst)$/.test(verb)) return expandScript('test', extraWords(after), reading);
  if (/^(exec|x|dlx)$/.test(verb)) return expandCommand(extraWords(after), {}, reading);
  if (manager === 'npm' || verb.startsWith('-')) return [];
  return Object.hasOwn(reading.scripts, verb) ? expandScript(verb, extraWords(after), reading) : expandCommand(rest.slice(at), {}, reading);
}

function extraWords(words: readonly ShellWord[]): readonly ShellWord[] {
  return words[0]?.text === '--' ? words.slice(1) : words;
}

function concurrent(text: string, reading: Reading): ScriptCommand[] {
  const name = /^(?:npm|pnpm|yarn|bun):(.+)$/.exec(text)?.[1];
  if (name !== undefined) return matching(name, reading).flatMap((script) => expandScript(script, [], reading));
  return /\s/.test(text) ? readCommands(text).flatMap((words) => expandCommand(words, {}, reading)) : [];
}

/** Script names may be patterns: `test:*` for run-s, `/^test:.+/` for pnpm. */
function matching(name: string, { scripts }: Reading): string[] {
  const expression = /^\/(.*)\/$/.exec(name)?.[1];
  if (expression === undefined && !name.includes('*')) return [name];
  // A pattern of a repository is not run as one: a hostile expression could take for ever.
  const prefix =
    (expression ?? name)
      .replace(/^\^/, '')
      .split('*')[0]
      ?.replace(/[.+()[\]?$].*$/s, '') ?? '';
  return Object.keys(scripts).filter((script) => script.startsWith(prefix));
}
