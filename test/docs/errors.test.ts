/** docs/errors.md says what contracts/errors.ts says. After a change of the catalogue, `npm test -- test/docs/errors.test.ts -u` writes it anew. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CatalogueEntry, ERROR_CATALOGUE } from '#contracts';

const documentPath = join(import.meta.dirname, '../../docs/errors.md');

test('docs/errors.md lists every error of the catalogue, no other, in the same words', async () => {
  const written = existsSync(documentPath) ? readFileSync(documentPath, 'utf8') : '';
  const expected = renderDocument(ERROR_CATALOGUE);
  await expect(expected, differences(written, expected).join('\n')).toMatchFileSnapshot(documentPath);
});

test('the complaint names what is missing, superfluous and different', () => {
  const entry = { cause: 'The depot is closed.', action: 'Wait | knock.', retryable: true };
  const expected = renderDocument({ E_CLOSED: entry, E_FULL: entry });
  const written = renderDocument({ E_CLOSED: { ...entry, retryable: false }, E_LOST: entry });
  expect(differences(written, expected)).toEqual([
    'docs/errors.md lacks E_FULL',
    'docs/errors.md has E_LOST, which is not in the catalogue',
    'docs/errors.md describes E_CLOSED differently: | `E_CLOSED` | The depot is closed. | Wait \\| knock. | no |',
  ]);
  expect(differences(expected, expected)).toEqual([]);
});

function renderDocument(catalogue: Record<string, CatalogueEntry>): string {
  const rows = Object.entries(catalogue).map(([code, { cause, action, retryable }]) => [
    `\`${code}\``,
    cell(cause),
    cell(action),
    retryable ? 'yes' : 'no',
  ]);
  return `# Errors

An error means that something Longhaul needs is not as it must be: the program exits with 2, and the message gives the values at hand.
A failing test suite or a reached limit is no error but a result, and stands in the report.

_Retried_: whether a queued job is tried again on its own, because the same job may succeed later without anybody doing anything.

${renderTable([['code', 'what happened', 'what to do', 'retried'], ...rows])}
`;
}

/** Padded as the formatter pads Markdown tables. */
function renderTable(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head, ...body] = rows.map((row) => `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function differences(written: string, expected: string): string[] {
  const [writtenRows, expectedRows] = [rowsByCode(written), rowsByCode(expected)];
  const lacking = [...expectedRows.keys()].filter((code) => !writtenRows.has(code));
  const superfluous = [...writtenRows.keys()].filter((code) => !expectedRows.has(code));
  const different = [...writtenRows].filter(([code, row]) => expectedRows.has(code) && expectedRows.get(code) !== row);
  return [
    ...lacking.map((code) => `docs/errors.md lacks ${code}`),
    ...superfluous.map((code) => `docs/errors.md has ${code}, which is not in the catalogue`),
    ...different.map(([code, row]) => `docs/errors.md describes ${code} differently: ${row}`),
  ];
}

function rowsByCode(document: string): Map<string, string> {
  return new Map([...document.matchAll(/^\| `(E_\w+)` .*$/gm)].map(([row, code]) => [code ?? '', row.replaceAll(/ +/g, ' ')]));
}
