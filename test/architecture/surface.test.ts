import { expect, test } from 'vitest';
import { type ArchitectureSnapshot, compareArchitecture } from '#architecture';
import { exportHeadlines, open, treeOf, write } from './trees.ts';

type Files = Record<string, string>;

const kit: Files = {
  'package.json': JSON.stringify({
    name: 'parcel-kit',
    exports: { '.': './dist/index.js', './rates': { types: './dist/rates.d.ts', default: './dist/rates.js' } },
    bin: { parcel: './dist/cli.js' },
  }),
  'src/index.ts':
    "export * from './parcel.js';\nexport { rate } from './rates.js';\nexport * as units from './units.js';\nexport default class Kit {}\n",
  'src/parcel.ts':
    "export interface Parcel { weight: number }\nexport function weigh(parcel: Parcel): number { return parcel.weight; }\nexport default 'parcel';\n",
  'src/rates.ts': 'export const rate = 3;\nexport type Rate = typeof rate;\n',
  'src/units.ts': 'export const gram = 1;\nexport const kilogram = 1000;\n',
  'src/cli.ts': "import { weigh } from './index.js';\nconsole.log(weigh({ weight: 1 }));\n",
};

async function read(files: Files): Promise<ArchitectureSnapshot> {
  return open(await write(await treeOf(), files));
}

/** What a consumer can write, entry by entry. */
function surfaceOf({ surface }: ArchitectureSnapshot): Record<string, string[]> {
  const modules = new Map(surface.modules.map((module) => [module.path, module]));
  const entries = surface.packages.flatMap(({ name, entries: all }) =>
    all.map(([entry, path]): [string, string] => [`${name} ${entry}`, path]),
  );
  return Object.fromEntries(
    entries.map(([entry, path]) => [entry, modules.get(path)?.names.map(([name, kind]) => `${kind} ${name}`) ?? [path]]),
  );
}

async function changes(base: Files, head: Files): Promise<string[]> {
  return exportHeadlines(compareArchitecture({ base: await read(base), head: await read(head) })).filter((line) =>
    line.includes(' public-'),
  );
}

test('the surface is what the entries reach, in the sources they are built from', async () => {
  expect(surfaceOf(await read(kit))).toEqual({
    'parcel-kit .': ['type Parcel', 'value default', 'value rate', 'namespace units', 'value weigh'],
    'parcel-kit ./rates': ['type Rate', 'value rate'],
    'parcel-kit bin parcel': ['src/cli.ts'],
  });
});

test('who moves a declaration and keeps its name changes nothing', async () => {
  const moved = {
    ...kit,
    'src/index.ts': kit['src/index.ts']?.replace('parcel', 'model/item') ?? '',
    'src/model/item.ts': kit['src/parcel.ts'] ?? '',
  };
  delete (moved as Files)['src/parcel.ts'];
  expect(await changes(kit, moved)).toEqual([]);
});

test('a name that is gone is a gate, one that is new or declared differently is recorded', async () => {
  const head = {
    ...kit,
    'src/parcel.ts': 'export interface Parcel { weight: string }\nexport function measure(): number { return 1; }\n',
    'src/cli.ts': '',
  };
  expect(await changes(kit, head)).toEqual([
    'gate public-export-removed:parcel-kit weigh (.) at src/index.ts:1',
    'record public-declaration-changed:parcel-kit Parcel (.) at src/parcel.ts:1',
    'record public-export-added:parcel-kit measure (.) at src/parcel.ts:2',
  ]);
});

test('a class that can only be named as a type any more is gone as a value', async () => {
  const base = { ...kit, 'src/index.ts': "export { Scale } from './scale.js';\n", 'src/scale.ts': 'export class Scale {}\n' };
  expect(await changes(base, { ...base, 'src/index.ts': "export type { Scale } from './scale.js';\n" })).toEqual([
    'gate public-export-removed:parcel-kit Scale (.) at src/scale.ts:1',
  ]);
});

test('a name inside a namespace is part of the surface, and a whole namespace is one loss', async () => {
  expect(await changes(kit, { ...kit, 'src/units.ts': 'export const gram = 1;\n' })).toEqual([
    'gate public-export-removed:parcel-kit units.kilogram (.) at src/index.ts:1',
  ]);
  const without = { ...kit, 'src/index.ts': kit['src/index.ts']?.replace("export * as units from './units.js';\n", '') ?? '' };
  expect(await changes(kit, without)).toEqual(['gate public-export-removed:parcel-kit units (.) at src/index.ts:1']);
});

test('a whole entry and a program are losses of the manifest', async () => {
  const head = { ...kit, 'package.json': JSON.stringify({ name: 'parcel-kit', exports: './dist/index.js' }) };
  expect(await changes(kit, head)).toEqual([
    'gate public-export-removed:parcel-kit * (./rates) at package.json:1',
    'gate public-export-removed:parcel-kit * (bin parcel) at package.json:1',
  ]);
});

test('a name that a broken file hides is not said to be gone', async () => {
  const head = { ...kit, 'src/parcel.ts': `export const {{{;\n` };
  expect(await changes(kit, head)).toEqual([
    'warn public-export-unreadable:parcel-kit Parcel (.) at src/index.ts:1',
    'warn public-export-unreadable:parcel-kit weigh (.) at src/index.ts:1',
  ]);
});

test('what the human tree removed too is recorded', async () => {
  const head = { ...kit, 'src/units.ts': 'export const gram = 1;\n', 'src/rates.ts': 'export const rate = 3;\n' };
  const reference = { ...kit, 'src/rates.ts': 'export const rate = 3;\n' };
  const { findings } = compareArchitecture({ base: await read(kit), head: await read(head), reference: await read(reference) });
  expect(
    findings.filter((each) => each.rule === 'public-export-removed').map(({ severity, message }) => `${severity}: ${message}`),
  ).toEqual(['gate: units.kilogram of parcel-kit is no longer exported.', 'record: Rate of parcel-kit/rates is no longer exported.']);
});
