/** The simple commands that a shell text would run. */
import { forEachChild, parse } from 'unbash';

type Tree = ReturnType<typeof parse>;
type Node = Parameters<Parameters<typeof forEachChild>[1]>[0];

export interface ShellCommand {
  /** Name without its folder; empty for a bare redirection or assignment. */
  program: string;
  args: string[];
  /** Files it is sent into. */
  writes: string[];
  /** Files it is fed from. */
  reads: string[];
  /** Variables set for it alone, `NAME=value`, or by `export`. */
  settings: string[];
  /** Goes on after the shell has moved on. */
  background: boolean;
  /** Text on its standard input, where the command line holds it. */
  input: string;
  /** The commands before it in its pipe, as they were written. */
  pipedFrom: string;
  /** As it was written. */
  text: string;
}

export interface ShellReading {
  commands: ShellCommand[];
  /** Parts could not be understood, or are made at run time only: more may run than `commands` says. */
  opaque: boolean;
}

/** Longer than any command line that Linux would start (MAX_ARG_STRLEN). */
const MAX_CHARS = 131_072;
const MAX_DEPTH = 5;
/** The parser's recursion ends with an error, but only after seconds. */
const TOO_DEEP = /(?:[$<>]?\(\s*["'{]?){100}/;

/** Programs that run the rest of their arguments, with the options of theirs that take a value. */
const WRAPPERS: Readonly<Record<string, RegExp>> = {
  sudo: /^-[ugpCRT]$/,
  doas: /^-[uC]$/,
  env: /^-[uCS]$/,
  time: /^-[of]$/,
  timeout: /^-[ks]$/,
  nice: /^-n$/,
  ionice: /^-[cn]$/,
  nohup: /^$/,
  setsid: /^$/,
  stdbuf: /^-[ioe]$/,
  xargs: /^-[IiLlnPds]$/,
  command: /^$/,
  builtin: /^$/,
  exec: /^-a$/,
  busybox: /^$/,
};

/**
 * Finds commands in lists, pipes, loops, functions and substitutions, behind `sudo`, `env`, `xargs` and the like, inside
 * `bash -c '...'` and `eval '...'`. A variable set to plain text earlier in the text is put in its place.
 * Not seen: what a script file, an alias, a function's arguments, a loop's variable or decoded text would run; such text is `opaque` where it shows.
 */
export function shellCommands(text: string, depth = 0): ShellReading {
  if (depth > MAX_DEPTH || TOO_DEEP.test(text)) return { commands: [], opaque: true };
  const reading: ShellReading = { commands: [], opaque: text.length > MAX_CHARS };
  try {
    const script = parse(text.slice(0, MAX_CHARS));
    reading.opaque ||= (script.errors?.length ?? 0) > 0;
    collect(script, { text, reading, variables: new Map(), depth }, { background: false, pipedFrom: '' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reading.opaque = true;
  }
  return reading;
}

interface Context {
  text: string;
  reading: ShellReading;
  variables: Map<string, string>;
  depth: number;
}

function collect(node: Tree | Node, context: Context, outer: Pick<ShellCommand, 'background' | 'pipedFrom'>): void {
  const { text, reading, variables, depth } = context;
  const place = { ...outer, background: outer.background || (node.type === 'Statement' && node.background === true) };
  if (node.type === 'Pipeline') {
    for (const each of node.commands) collect(each, context, { ...place, pipedFrom: text.slice(node.pos, each.pos) });
    return;
  }
  if (node.type === 'Command') {
    const words = [node.name, ...node.suffix].flatMap((word) => (word?.type === 'Word' || word?.type === 'Assignment' ? [word] : []));
    const settings = node.prefix.flatMap((each) => (each.type === 'Assignment' ? [expand(each.text, variables)] : []));
    if (words.length === 0) for (const setting of settings) remember(setting, variables);
    const redirects = [...node.prefix, ...node.suffix].flatMap((each) => (each.type === 'Redirect' ? [each] : []));
    const command: ShellCommand = {
      program: '',
      args: words.map((word) => expand(word.type === 'Word' ? word.value : word.text, variables)),
      writes: targets(redirects, variables, (operator) => operator.includes('>')),
      reads: targets(redirects, variables, (operator) => operator === '<' || operator === '<>'),
      settings,
      ...place,
      input: node.suffix
        .map((each) => (each.type === 'HereDoc' ? each.body.text : each.type === 'HereString' ? (each.target?.value ?? '') : ''))
        .join(''),
      text: text.slice(node.pos, node.end),
    };
    addCommand(command, reading, depth);
  }
  forEachChild(node, (child) => collect(child, context, place));
}

function targets(
  redirects: readonly { operator: string; target: { value: string } | undefined }[],
  variables: ReadonlyMap<string, string>,
  wanted: (operator: string) => boolean,
): string[] {
  return redirects
    .filter(({ operator, target }) => wanted(operator) && target !== undefined && !/^\d+$|^-$/.test(target.value))
    .map(({ target }) => expand(target?.value ?? '', variables));
}

function addCommand(command: ShellCommand, reading: ShellReading, depth: number): void {
  const [first = '', ...rest] = command.args;
  const program = first.slice(first.lastIndexOf('/') + 1).replace(/^\\/, '');
  const named = { ...command, program, args: rest };
  reading.commands.push(named);
  if (Object.hasOwn(WRAPPERS, program)) {
    const inner = unwrap(rest, WRAPPERS[program] as RegExp, program === 'timeout');
    if (inner.args.length > 0)
      addCommand({ ...command, args: inner.args, settings: [...command.settings, ...inner.settings] }, reading, depth + 1);
  }
  const script = scriptOf(named);
  if (script === undefined) return;
  const nested = shellCommands(script, depth + 1);
  reading.commands.push(...nested.commands);
  reading.opaque ||= nested.opaque || /\$\(|`/.test(script);
}

function unwrap(args: readonly string[], takesValue: RegExp, firstIsValue: boolean): { args: string[]; settings: string[] } {
  const settings: string[] = [];
  let at = 0;
  while (at < args.length && /^-|^\w+=/.test(args[at] as string)) {
    const arg = args[at] as string;
    if (!arg.startsWith('-')) settings.push(arg);
    at += takesValue.test(arg) ? 2 : 1;
  }
  return { args: args.slice(at + (firstIsValue ? 1 : 0)), settings };
}

/** The shell text that a command is given to run. */
function scriptOf({ program, args, input }: ShellCommand): string | undefined {
  if (program === 'eval') return args.join(' ');
  if (!/^(ba|z|da|k)?sh$/.test(program)) return undefined;
  const flag = args.findIndex((each) => /^-\w*c$/.test(each));
  if (flag !== -1) return args[flag + 1];
  return input === '' ? undefined : input;
}

function remember(setting: string, variables: Map<string, string>): void {
  const [, name, value = ''] = /^(\w+)=(.*)$/s.exec(setting) ?? [];
  if (name !== undefined) variables.set(name, value.replace(/^(["'])(.*)\1$/s, '$2'));
}

function expand(word: string, variables: ReadonlyMap<string, string>): string {
  return word.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => variables.get(braced ?? plain ?? '') ?? whole);
}
