/** Package scripts as words: read the way a shell reads them, and written so that a shell reads them again. */
import { parse, quote } from 'shell-quote';

/** A word of a command. Only a pattern that stood without quotes is left for the shell to expand. */
export interface ShellWord {
  text: string;
  isGlob: boolean;
}

/**
 * The commands of a script, in order, whatever joins them. Redirections and comments are dropped, variables stay as they are written.
 * @returns none for a script that no shell would take.
 */
export function readCommands(script: string): ShellWord[][] {
  const commands: ShellWord[][] = [[]];
  let isTarget = false;
  for (const entry of entriesOf(script)) {
    const command = commands.at(-1) ?? [];
    const isRedirection = typeof entry === 'object' && 'op' in entry && /[<>]/.test(entry.op);
    if (isRedirection && /^\d$/.test(command.at(-1)?.text ?? '')) command.pop();
    if (typeof entry === 'string' && !isTarget) command.push({ text: entry, isGlob: false });
    else if (typeof entry === 'object' && 'pattern' in entry && !isTarget) command.push({ text: entry.pattern, isGlob: true });
    else if (typeof entry === 'object' && 'op' in entry && !('pattern' in entry) && !isRedirection) commands.push([]);
    isTarget = isRedirection;
  }
  return commands.filter((words) => words.length > 0);
}

function entriesOf(script: string): ReturnType<typeof parse> {
  try {
    return parse(script, (name) => `$${name}`);
  } catch {
    return [];
  }
}

export function writeWords(words: readonly ShellWord[]): string {
  return words.map(({ text, isGlob }) => (isGlob ? text.replace(/[^\w*?[\]{}!,./@+^-]/g, '\\$&') : quote([text]))).join(' ');
}

export function literals(...texts: readonly string[]): ShellWord[] {
  return texts.map((text) => ({ text, isGlob: false }));
}
