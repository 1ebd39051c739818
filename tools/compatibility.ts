/** Runs the tests of real repositories through `longhaul test` and writes docs/compatibility.md: `npm run compatibility -- [--from <template>] [name ...]`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { TestReport } from '#contracts';

const ROOT = join(import.meta.dirname, '..');
const LIST = join(ROOT, 'tools/compatibility.json');
const RESULTS = join(ROOT, 'docs/compatibility.json');
const PAGE = join(ROOT, 'docs/compatibility.md');

/** A real repository at one commit, and the flags its tests need. */
const Entry = z.strictObject({
  name: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  flags: z.array(z.string()).default([]),
  remark: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

/** A row of the table, kept so that single rows can be made anew. */
const Row = z.strictObject({
  name: z.string(),
  commit: z.string(),
  runner: z.string(),
  packageManager: z.string(),
  node: z.string(),
  found: z.int(),
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** Why there are no tests, where there are none. */
  trouble: z.string().nullable(),
});
type Row = z.infer<typeof Row>;

const { values, positionals } = parseArgs({ options: { from: { type: 'string' } }, allowPositionals: true });
const entries = z.array(Entry).parse(JSON.parse(await readFile(LIST, 'utf8')));
const known = new Map((await readRows()).map((row) => [`${row.name}@${row.commit}`, row]));
for (const entry of entries) {
  if (positionals.length > 0 && !positionals.includes(entry.name)) continue;
  const row = await tryOut(entry);
  known.set(`${entry.name}@${entry.commit}`, row);
  console.error(`${entry.name}: ${row.trouble ?? `${row.passed} passed, ${row.failed} failed, ${row.skipped} skipped`}`);
  const rows = entries.flatMap(({ name, commit }) => known.get(`${name}@${commit}`) ?? []);
  await writeFile(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
  await writeFile(PAGE, page(rows));
}

async function readRows(): Promise<Row[]> {
  const text = await readFile(RESULTS, 'utf8').catch(() => '[]');
  return z.array(Row).parse(JSON.parse(text));
}

/** @param values.from where the repositories lie instead of GitHub: `/mirrors/{owner}/{repository}.git`. */
async function tryOut({ name, commit, flags }: Entry): Promise<Row> {
  const [owner = '', repository = ''] = name.split('/');
  const source = values.from?.replace('{owner}', owner).replace('{repository}', repository) ?? `https://github.com/${name}`;
  const { stdout, stderr } = await execa(process.execPath, ['bin/longhaul.js', 'test', source, '--commit', commit, '--json', ...flags], {
    cwd: ROOT,
    reject: false,
    maxBuffer: 512 * 1024 * 1024,
  });
  const nothing = { name, commit, runner: '-', packageManager: '-', node: '-', found: 0, passed: 0, failed: 0, skipped: 0 };
  if (stdout === '') return { ...nothing, trouble: stderr.split('\n').find((line) => /^E_/.test(line)) ?? 'no result' };
  const { run, environment } = TestReport.parse(JSON.parse(stdout));
  const ran = { ...nothing, packageManager: environment.packageManager ?? '-', node: environment.node };
  if (run.status === 'did-not-run') return { ...ran, trouble: `${run.fault}: ${run.reason}` };
  const count = (wanted: string) => run.outcomes.filter(({ status }) => status === wanted).length;
  const counts = { found: run.outcomes.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return { ...ran, runner: run.runner, ...counts, trouble: null };
}

function page(rows: readonly Row[]): string {
  const lines = rows.map(({ name, commit, packageManager, runner, node, found, passed, failed, skipped, trouble }) => {
    const { flags, remark } = entries.find((entry) => entry.name === name && entry.commit === commit) ?? { flags: [], remark: undefined };
    const command = `npm run longhaul -- test https://github.com/${name} --commit ${commit}${flags.map((flag) => ` ${flag.includes(' ') ? `'${flag}'` : flag}`).join('')}`;
    const cells = [
      name,
      `\`${commit.slice(0, 10)}\``,
      packageManager,
      runner,
      node,
      found,
      passed,
      failed,
      skipped,
      trouble ?? remark ?? '',
    ];
    return { row: `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`, command };
  });
  return `${[
    '# Real repositories',
    '',
    'What `longhaul test` found in real repositories, each at one commit, in bubblewrap, without network, install scripts off.',
    'Written by `npm run compatibility`; [tools/compatibility.json](../tools/compatibility.json) is the list.',
    '',
    '| repository | commit | manager | runner | Node | found | passed | failed | skipped | remark |',
    '| ---------- | ------ | ------- | ------ | ---- | ----- | ------ | ------ | ------- | ------ |',
    ...lines.map(({ row }) => row),
    '',
    'Each row again:',
    '',
    '```sh',
    ...lines.map(({ command }) => command),
    '```',
  ].join('\n')}\n`;
}
