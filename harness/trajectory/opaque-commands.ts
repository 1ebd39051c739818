/** Runs text that cannot be read beforehand. */
import type { ShellCommand } from './shell-commands.ts';
import type { Sign, Step } from './step.ts';

const READS_PROGRAM = /^((ba|z|da|k)?sh|node|bun|deno|python3?|perl|ruby|source|\.)$/;
const DECODERS = /\b(base64|base32|xxd|openssl|uudecode|gunzip|zcat|rev|tr)\b|printf\s+\S*\\x/;

/**
 * Warn: decoded text is piped into an interpreter. Record: a shell text that parses in part, or makes commands while it runs, so that
 * the other rules saw less than ran; warn when they saw nothing.
 */
export function hidesWhatItRuns({ commands, opaque }: Step): Sign[] {
  const decoded = commands.filter(isFedDecodedText).map(({ pipedFrom, text }): Sign => {
    return { rule: 'opaque-command', severity: 'warn', what: 'ran text that it decoded', by: `${pipedFrom}${text}` };
  });
  if (decoded.length > 0) return decoded;
  return opaque.map((text) => ({
    rule: 'opaque-command',
    severity: commands.length === 0 ? 'warn' : 'record',
    what: `ran a command line that could not be read${commands.length === 0 ? '' : ' in full'}`,
    by: text.slice(0, 500),
  }));
}

function isFedDecodedText({ program, args, pipedFrom }: ShellCommand): boolean {
  return (
    READS_PROGRAM.test(program) &&
    DECODERS.test(`${pipedFrom} ${program === 'eval' ? args.join(' ') : ''}`) &&
    args.every((each) => each.startsWith('-'))
  );
}
