/** rename_symbol: every reference follows, or nothing changes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Workspace } from '#workspace';
import { call, observe, useLibrary } from './lending-library.ts';

const library = useLibrary();

/** The one observation, and the files that differ afterwards with the lines that changed in them. */
async function rename(workspace: Workspace, path: string, symbol: string, newName: string): Promise<{ told: string; changes: string[] }> {
  const before = await texts(workspace);
  const [told = ''] = await observe(workspace, call('rename_symbol', { path, symbol, newName }));
  const changes: string[] = [];
  for (const [file, text] of await texts(workspace)) {
    const old = before.get(file)?.split('\n') ?? [];
    text.split('\n').forEach((line, index) => {
      if (line !== old[index]) changes.push(`${file}: ${line.trim()}`);
    });
  }
  return { told, changes };
}

async function texts(workspace: Workspace): Promise<Map<string, string>> {
  const files = await workspace.listFiles();
  // Files that were deleted, and links, read as empty.
  return new Map(await Promise.all(files.map(async (file) => [file, await workspace.readFile(file).catch(() => '')] as const)));
}

async function add(workspace: Workspace, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await workspace.writeFile(path, content);
}

test('an export is renamed through re-exports and short properties, in the tests too', async () => {
  await using workspace = await library.open();
  const { told, changes } = await rename(workspace, 'src/loan-period.ts', 'loanDays', 'lendingDays');
  expect(told).toBe(
    [
      'ok: loanDays renamed to lendingDays in 7 places of 4 files',
      'src/desk.ts',
      'src/index.ts',
      'src/loan-period.ts',
      'test/desk.test.ts',
      '',
      'The word loanDays still stands in these files; see whether it means the same there:',
      'docs/rules.md',
      'src/desk.ts',
      'test/desk.test.ts',
    ].join('\n'),
  );
  expect(changes).toEqual([
    "src/desk.ts: import { type Book, Catalogue, lendingDays } from './index.ts';",
    'src/desk.ts: export const rules = { loanDays: lendingDays };',
    "src/index.ts: export { dueDay, isOverdue, lendingDays } from './loan-period.ts';",
    'src/loan-period.ts: export const lendingDays = 28;',
    'src/loan-period.ts: return lentOn + lendingDays;',
    "test/desk.test.ts: import { Catalogue, lendingDays } from '../src/index.ts';",
    'test/desk.test.ts: assert.equal(rules.loanDays, lendingDays);',
  ]);
  expect(await observe(workspace, call('run_tests', {}))).toEqual(['ok: 3 passed, 0 failed, 0 skipped']);
});

test('a member of a class is renamed with its uses, and nothing else of that name', async () => {
  await using workspace = await library.open();
  const { told, changes } = await rename(workspace, 'src/catalogue.ts', 'Catalogue.find', 'search');
  expect(told).toMatch(/^ok: Catalogue\.find renamed to search in 2 places of 2 files\n/);
  expect(changes).toEqual([
    'src/catalogue.ts: search(title: string): Book | undefined {',
    'src/desk.ts: const book = catalogue.search(title);',
  ]);
});

test('a property is parted from the variables that share its name', async () => {
  await using workspace = await library.open();
  const { changes } = await rename(workspace, 'src/catalogue.ts', 'Book.shelf', 'place');
  expect(changes).toEqual([
    'src/catalogue.ts: place: string;',
    'src/desk.ts: export function shelfLabel({ place: shelf }: Book): string {',
    'src/desk.ts: const book: Book = { title, place: shelf };',
  ]);
});

test('a variable taken out of an object leaves the property alone', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/first.ts': "import { rules } from './desk.ts';\nexport const { loanDays } = rules;\n",
    'src/second.ts': "import { loanDays } from './first.ts';\nexport const twice = { loanDays, all: 2 * loanDays };\n",
  });
  const { changes } = await rename(workspace, 'src/first.ts', 'loanDays', 'period');
  expect(changes).toEqual([
    'src/first.ts: export const { loanDays: period } = rules;',
    "src/second.ts: import { period } from './first.ts';",
    'src/second.ts: export const twice = { loanDays: period, all: 2 * period };',
  ]);
});

test('a constant and a type of one name are renamed together', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/genre.ts': "export const Genre = ['novel', 'poem'] as const;\nexport type Genre = (typeof Genre)[number];\n",
    'src/shelf.ts': "import { Genre } from './genre.ts';\nexport const first = (genre: Genre): boolean => Genre[0] === genre;\n",
  });
  const { changes } = await rename(workspace, 'src/genre.ts', 'Genre', 'Kind');
  expect(changes).toEqual([
    "src/genre.ts: export const Kind = ['novel', 'poem'] as const;",
    'src/genre.ts: export type Kind = (typeof Kind)[number];',
    "src/shelf.ts: import { Kind } from './genre.ts';",
    'src/shelf.ts: export const first = (genre: Kind): boolean => Kind[0] === genre;',
  ]);
});

test('private, static and parameter properties are members too', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/reader.ts':
      'export class Reader {\n  static count = 0;\n  #books = 0;\n  constructor(readonly name: string) {\n    Reader.count += this.#books;\n    void { name };\n  }\n}\n',
    'src/greet.ts': "import { Reader } from './reader.ts';\nexport const greet = ({ name }: Reader): string => name + Reader.count;\n",
  });
  const renames = [
    ['Reader.#books', '#borrowed'],
    ['Reader.count', 'total'],
    ['Reader.name', 'fullName'],
  ] as const;
  for (const [symbol, newName] of renames) expect((await rename(workspace, 'src/reader.ts', symbol, newName)).told).toMatch(/^ok: /);
  expect(await workspace.readFile('src/reader.ts')).toBe(
    'export class Reader {\n  static total = 0;\n  #borrowed = 0;\n  constructor(readonly fullName: string) {\n    Reader.total += this.#borrowed;\n    void { name: fullName };\n  }\n}\n',
  );
  expect(await workspace.readFile('src/greet.ts')).toBe(
    "import { Reader } from './reader.ts';\nexport const greet = ({ fullName: name }: Reader): string => name + Reader.total;\n",
  );
});

test('a project in JavaScript, without a tsconfig.json, is renamed as well', async () => {
  await using workspace = await library.open();
  await observe(workspace, call('run_command', { command: 'rm -r tsconfig.json src test' }));
  await add(workspace, {
    'lib/stamp.js': 'export function stamp(day) {\n  return day + 1;\n}\n',
    'lib/slip.js': "import { stamp } from './stamp.js';\nexport const slip = () => stamp(3);\n",
  });
  const { changes } = await rename(workspace, 'lib/stamp.js', 'stamp', 'imprint');
  expect(changes).toEqual([
    "lib/slip.js: import { imprint } from './stamp.js';",
    'lib/slip.js: export const slip = () => imprint(3);',
    'lib/stamp.js: export function imprint(day) {',
  ]);
});

test('line ends and byte order marks stay as they are', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/fee.ts': '\uFEFFexport const fee = 1;\r\nexport const double = 2 * fee;\r\n',
    'src/bill.ts': "import { fee } from './fee.ts';\r\n\nexport const bill = { fee };\r\n",
  });
  await rename(workspace, 'src/fee.ts', 'fee', 'charge');
  expect(await workspace.readFile('src/fee.ts')).toBe('\uFEFFexport const charge = 1;\r\nexport const double = 2 * charge;\r\n');
  expect(await workspace.readFile('src/bill.ts')).toBe("import { charge } from './fee.ts';\r\n\nexport const bill = { fee: charge };\r\n");
});

test('a file that is not UTF-8 is not rewritten', async () => {
  await using workspace = await library.open();
  const command = 'printf "import { loanDays } from \'./loan-period.ts\'; // \\351t\\351\\nexport const x = loanDays;\\n" > src/latin.ts';
  await observe(workspace, call('run_command', { command }));
  const { told, changes } = await rename(workspace, 'src/loan-period.ts', 'loanDays', 'days');
  expect(told).toBe('rejected: loanDays is also named in src/latin.ts, which is not plain UTF-8 text.\nNothing was changed.');
  expect(changes).toEqual([]);
});

test('options are taken from the reference that owns the file', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
    'tsconfig.app.json':
      '{ "compilerOptions": { "composite": true, "module": "esnext", "moduleResolution": "bundler", "paths": { "@/*": ["./src/*"] }, "noEmit": true, "allowImportingTsExtensions": true }, "include": ["src"] }',
    'src/aliased.ts': "import { dueDay } from '@/loan-period';\nexport const tomorrow = dueDay(1);\n",
  });
  const { changes } = await rename(workspace, 'src/loan-period.ts', 'dueDay', 'lastDay');
  expect(changes).toContain("src/aliased.ts: import { lastDay } from '@/loan-period';");
});

let untouched: Workspace;
beforeAll(async () => {
  untouched = await library.open();
});
afterAll(() => untouched[Symbol.asyncDispose]());

test.each([
  [
    'an existing name',
    'src/loan-period.ts',
    'loanDays',
    'dueDay',
    'rejected: dueDay already exists on line 3 of src/loan-period.ts.\nNothing was changed.',
  ],
  [
    'an existing member',
    'src/catalogue.ts',
    'Catalogue.find',
    'add',
    'rejected: add already exists on line 9 of src/catalogue.ts.\nNothing was changed.',
  ],
  [
    'a name an importer uses',
    'src/loan-period.ts',
    'loanDays',
    'rules',
    /^rejected: Renaming loanDays to rules would bring \d+ new errors:\nsrc\/desk\.ts:\d+ .*\n[\s\S]*Nothing was changed\.$/,
  ],
  [
    'a name that a local variable would hide',
    'src/loan-period.ts',
    'dueDay',
    'due',
    /^rejected: Renaming dueDay to due would bring [\s\S]*Nothing was changed\.$/,
  ],
  ['a reserved word', 'src/loan-period.ts', 'loanDays', 'class', 'rejected: "class" is a reserved word.\nNothing was changed.'],
  [
    'no identifier',
    'src/loan-period.ts',
    'loanDays',
    'loan-days',
    'rejected: "loan-days" is not a valid identifier.\nNothing was changed.',
  ],
  ['code for a name', 'src/loan-period.ts', 'loanDays', 'x = 1; y', /^rejected: "x = 1; y" is not a valid identifier\./],
  ['the same name', 'src/loan-period.ts', 'loanDays', 'loanDays', 'rejected: It is already named loanDays.\nNothing was changed.'],
  ['a missing symbol', 'src/loan-period.ts', 'fine', 'fee', 'rejected: src/loan-period.ts declares no "fine".\nNothing was changed.'],
  [
    'an imported symbol',
    'src/desk.ts',
    'Catalogue',
    'Index',
    'rejected: src/desk.ts declares no "Catalogue". It is imported there; give the file that declares it: src/catalogue.ts\nNothing was changed.',
  ],
  [
    'a missing member',
    'src/catalogue.ts',
    'Catalogue.lose',
    'keep',
    'rejected: Catalogue in src/catalogue.ts has no member "lose".\nNothing was changed.',
  ],
  [
    'a member of a member',
    'src/catalogue.ts',
    'Catalogue.books.length',
    'size',
    /^rejected: "Catalogue\.books\.length" has too many parts/,
  ],
  [
    'a symbol declared by others',
    'src/catalogue.ts',
    'Catalogue.toString',
    'print',
    /^rejected: Catalogue\.toString is inherited from|^rejected: Catalogue in src\/catalogue\.ts has no member/,
  ],
  ['a short property', 'src/desk.ts', 'rules.loanDays', 'days', /^rejected: loanDays is declared in short, as \{ loanDays \}/],
  ['a document', 'docs/rules.md', 'Rules', 'Laws', /^rejected: docs\/rules\.md is not a TypeScript or JavaScript source/],
  ['a missing file', 'src/reader.ts', 'Reader', 'Person', /^rejected: src\/reader\.ts is not a TypeScript or JavaScript source/],
  ['a path outside', '../desk.ts', 'rules', 'laws', /^rejected: the arguments of rename_symbol do not fit\. path: /],
])('%s is refused', async (_, path, symbol, newName, expected) => {
  const { told, changes } = await rename(untouched, path, symbol, newName);
  expect(told).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  expect(changes).toEqual([]);
});

test('a name that would silently catch the use of a global is refused', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/clock.ts': 'export const year = 2024;\nexport const thisYear = new Date(0);\n',
  });
  const { told, changes } = await rename(workspace, 'src/clock.ts', 'year', 'Date');
  expect(told).toMatch(/^rejected: Renaming year to Date would /);
  await add(workspace, { 'src/clock.ts': 'export const bell: string = "";\nexport const sound: unknown = [parseInt][0];\n' });
  expect((await rename(workspace, 'src/clock.ts', 'bell', 'parseInt')).told).toBe(
    'rejected: Renaming bell to parseInt would mix it up with another parseInt in src/clock.ts.\nNothing was changed.',
  );
  expect(changes).toEqual([]);
});

test('errors that were there before do not stand in the way', async () => {
  await using workspace = await library.open();
  await add(workspace, {
    'src/broken.ts': "import { loanDays } from './loan-period.ts';\nexport const text: string = loanDays;\nloanDays.lose();\n",
  });
  expect((await rename(workspace, 'src/loan-period.ts', 'loanDays', 'days')).told).toMatch(/^ok: loanDays renamed to days in 10 places/);
});

test('a symbol that a file outside the repository also names is not renamed', async () => {
  await using workspace = await library.open();
  const outside = `${workspace.folder}-outside`;
  await mkdir(outside);
  await writeFile(join(outside, 'spy.ts'), "import { loanDays } from '../tree/src/loan-period.ts';\nexport const days = loanDays;\n");
  await add(workspace, { 'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["src", "../tree-outside"] }' });
  const { told, changes } = await rename(workspace, 'src/loan-period.ts', 'loanDays', 'lendingDays');
  expect(told).toMatch(
    /^rejected: loanDays is also named in .*\/spy\.ts, which does not belong to the repository\.\nNothing was changed\.$/,
  );
  expect(changes).toEqual([]);
});

test('links are not followed, however far they lead', async () => {
  await using workspace = await library.open();
  await observe(workspace, call('run_command', { command: 'ln -s / everything && ln -s src again' }));
  const { told } = await rename(workspace, 'src/loan-period.ts', 'loanDays', 'lendingDays');
  expect(told).toMatch(
    /^ok: loanDays renamed to lendingDays in 7 places of 4 files\nsrc\/desk\.ts\nsrc\/index\.ts\nsrc\/loan-period\.ts\ntest/,
  );
});

test('a project that brings the compiler down is refused with its reason', async () => {
  await using workspace = await library.open();
  await add(workspace, { 'src/deep.ts': `export const deep = ${'('.repeat(50_000)}1${')'.repeat(50_000)};\n` });
  const { told, changes } = await rename(workspace, 'src/loan-period.ts', 'loanDays', 'days');
  expect(told).toBe('rejected: The compiler failed on this project (RangeError: Maximum call stack size exceeded).\nNothing was changed.');
  expect(changes).toEqual([]);
});
