/** The rules of files for a terminal: what each may import, what it must not, and who says so. */
import { styleText } from 'node:util';
import type { FileRules, GuardReport } from '#contracts';
import { printable, printableUpTo } from './printable.ts';

const SHOWN = 20;
const REASON_CHARS = 300;

/** @param stream where the text will be written: colours only where it is a terminal that wants them. @returns text that ends with a line break. */
export function renderGuard({ files, base, unread }: GuardReport, stream: NodeJS.WritableStream): string {
  const paint = (format: 'bold' | 'dim', text: string) => styleText(format, text, { stream: stream as NodeJS.WriteStream });
  return [
    ...files.flatMap((file) => [paint('bold', printable(file.path)), ...linesOf(file).map((line) => `  ${line}`), '']),
    paint('dim', `As of ${base.commit.slice(0, 10)}: ${printable(base.why)}`),
    ...[...new Set(unread.map(({ path, tool }) => `Rules not read: ${printable(path)} (${printable(tool)})`))].slice(0, SHOWN),
    '',
  ].join('\n');
}

function linesOf({ module, mayImport, closesCycle, stated }: FileRules): string[] {
  const imports = mayImport.map((each) => `${each.module}${each.typesOnly ? ' (types only)' : ''}`);
  return [
    module === null ? 'in no module: a test, a setting, or the first file of a new one' : `in ${printable(module)}`,
    ...(module === null ? [] : [`imports today: ${list(imports)}; any other module is a new dependency`]),
    ...(closesCycle.length === 0 ? [] : [`would close a cycle (gate): ${list(closesCycle)}`]),
    ...stated.map(({ name, severity, reason, source }) => {
      const why = reason === null ? '' : `: ${printableUpTo(REASON_CHARS, reason)}`;
      return `${severity} ${printable(name)} (${printable(source)})${why}`;
    }),
  ];
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).map(printable).join(', ')}${more}`;
}
