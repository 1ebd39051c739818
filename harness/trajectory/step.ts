/** One action of an agent as the rules of this folder see it. */
import { z } from 'zod';
import type { Action, Severity } from '#contracts';
import { type ShellCommand, shellCommands } from './shell-commands.ts';

export interface Step {
  commands: readonly ShellCommand[];
  /** Files that a tool of the agent's reads, as it names them. */
  reads: readonly string[];
  /** Files that a tool writes. */
  writes: readonly string[];
  /** Shell texts that hide some of what they run. */
  opaque: readonly string[];
}

/** What a rule saw. */
export interface Sign {
  rule: string;
  severity: Severity;
  /** Completes "The agent ...". */
  what: string;
  /** The command or the path. */
  by: string;
}

/** The tree and what is told of it. */
export interface Surroundings {
  /** Where the tree lies for the agent, absolute; an absolute path below it is inside. */
  root: string;
  /** Hashes that the agent may know: they were shown to it by what it was allowed to do. */
  shown: { has(hash: string): boolean };
}

const Arguments = z.record(z.string(), z.unknown());
const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const COMMAND = /^(command|cmd|commands|script|bash|shell|argv|code|input)$/i;
const PATH = /^(path|paths|file|files|file_?path|filename|target_file|notebook_path|source|destination|old_path|new_path)$/i;
const WRITES = /write|edit|create|replace|rename|delete|remove|patch|insert|move|apply/i;

/** By the names that agents of many makers give their tools and arguments; an argument of another name is not looked at. */
export function stepOf({ tool, arguments: written }: Action): Step {
  const parsed = Arguments.safeParse(written);
  const texts = (name: RegExp) =>
    Object.entries(parsed.success ? parsed.data : {}).flatMap(([key, value]) => {
      const text = name.test(key) ? Texts.safeParse(value) : undefined;
      return text?.success ? [{ key, texts: text.data }] : [];
    });
  const scripts = texts(COMMAND).map(({ key, texts: lines }) => (key === 'argv' || lines.length > 1 ? quoteAll(lines) : (lines[0] ?? '')));
  const readings = scripts.map((text) => ({ text, ...shellCommands(text) }));
  const paths = texts(PATH).flatMap((each) => each.texts);
  const writes = WRITES.test(tool);
  return {
    commands: readings.flatMap(({ commands }) => commands),
    reads: writes ? [] : paths,
    writes: writes ? paths : [],
    opaque: readings.filter(({ opaque }) => opaque).map(({ text }) => text),
  };
}

/** A list of arguments is one command, already split. */
function quoteAll(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
