/** The rules before an edit and the findings after it, as an agent would ask for them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchitecture, openGate, readDeclaredRules } from '#architecture';
import { treeOf, write } from './trees.ts';

/** main -> http -> application -> domain. */
async function atTheDepot() {
  const folder = await treeOf('parcel-service');
  const architecture = await openArchitecture(folder);
  const gate = openGate(architecture, { base: architecture.snapshot() });
  const told = async (path: string) => (await gate.before([path]))[0];
  const found = async (...paths: string[]) => {
    const findings = await gate.after(paths);
    return findings.filter(({ severity }) => severity !== 'record').map(({ severity, id }) => `${severity} ${id}`);
  };
  return { folder, gate, told, found };
}

test('a file knows its module, what it may import, and what would close a cycle', async () => {
  const { told } = await atTheDepot();
  expect(await told('src/application/book-parcel.ts')).toEqual({
    path: 'src/application/book-parcel.ts',
    module: 'src/application',
    mayImport: [{ module: 'src/domain', typesOnly: false }],
    closesCycle: ['src/http'],
    stated: [],
  });
  expect(await told('src/domain/price.ts')).toMatchObject({ mayImport: [], closesCycle: ['src/application', 'src/http'] });
});

test('a file that does not exist yet belongs where its neighbours do', async () => {
  const { gate } = await atTheDepot();
  const paths = [
    'src/http/stamp.ts',
    'src/http/labels/print.ts',
    'src/clock.ts',
    'src/billing/invoice.ts',
    'test/stamp.test.ts',
    'src/http/logo.svg',
  ];
  expect((await gate.before(paths)).map(({ path, module }) => [path, module])).toEqual([
    ['src/http/stamp.ts', 'src/http'],
    ['src/http/labels/print.ts', 'src/http'],
    ['src/clock.ts', 'src/*'],
    ['src/billing/invoice.ts', null],
    ['test/stamp.test.ts', null],
    ['src/http/logo.svg', null],
  ]);
});

test('what was told before the edit is what is found after it', async () => {
  const { folder, told, found } = await atTheDepot();
  expect(await found()).toEqual([]);
  const file = 'src/domain/greeting.ts';
  const rules = await told(file);
  for (const [module, target] of [
    ['src/http', '../http/format-money.ts'],
    ['src/application', '../application/book-parcel.ts'],
  ] as const) {
    await write(folder, { [file]: `import * as other from '${target}';\n\nexport const hello = () => other;\n` });
    const closes = rules?.closesCycle.includes(module) ?? false;
    expect(await found(file)).toEqual([`${closes ? 'gate module-cycle' : 'warn new-module-edge'}:src/domain -> ${module}`]);
  }
  await rm(join(folder, file));
  expect(await found(file)).toEqual([]);
});

test('everything the tree has and the base has not is found, whatever was named last', async () => {
  const { folder, found } = await atTheDepot();
  await write(folder, { 'src/main.ts': "import './nowhere.ts';\n", 'src/http/stamp.ts': "import '../domain/price.ts';\n" });
  const both = ['gate unresolved-import:src/main.ts -> ./nowhere.ts', 'warn new-module-edge:src/http -> src/domain'];
  expect(await found('src/main.ts', 'src/http/stamp.ts')).toEqual(both);
  expect(await found('README.md')).toEqual(both);
});

test('an edit changes nothing of what the tree is held to', async () => {
  const { folder, told, found } = await atTheDepot();
  await write(folder, { 'src/domain/greeting.ts': "import '../http/format-money.ts';\n" });
  await found('src/domain/greeting.ts');
  expect(await told('src/domain/greeting.ts')).toMatchObject({ mayImport: [], closesCycle: ['src/application', 'src/http'] });
});

test('a rule that the repository states is told before the edit that breaks it, and found after it', async () => {
  const forbidden = (name: string, from: string) => ({
    ...{ name, severity: 'error', comment: 'Prices know no paper.', from: { path: from }, to: { path: 'format-money' } },
  });
  const folder = await treeOf('parcel-service');
  const patterns = ['^src/domain', '^src/http', '^(a+)+$'];
  await write(folder, {
    '.dependency-cruiser.json': JSON.stringify({ forbidden: patterns.map((from, at) => forbidden(`rule-${at}`, from)) }),
  });
  const architecture = await openArchitecture(folder);
  const gate = openGate(architecture, { base: architecture.snapshot(), rules: await readDeclaredRules(folder) });

  const [greeting, longName] = await gate.before(['src/domain/greeting.ts', `${'a'.repeat(60)}.ts`]);
  expect(greeting?.stated).toEqual([
    { name: 'rule-0', severity: 'gate', reason: 'Prices know no paper.', source: '.dependency-cruiser.json' },
  ]);
  // A pattern that comes to no end: nobody can say that the rule does not matter.
  expect(longName?.stated.map(({ name }) => name)).toEqual(['rule-2']);

  await write(folder, {
    'src/domain/greeting.ts': "import { formatMoney } from '../http/format-money.ts';\n\nexport const hello = formatMoney;\n",
  });
  const found = await gate.after(['src/domain/greeting.ts']);
  expect(found.map(({ rule }) => rule)).toContain('declared-rule');
});
