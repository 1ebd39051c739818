/** A made-up monorepo of any size that has the shape of a real one. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const FILES_PER_PACKAGE = 450;
const FILES_PER_FOLDER = 12;
/** `near`: within the folder; `upwards`: to any file of the package, later ones too. Shares of 1. */
const IMPORTS = { most: 6, near: 0.55, samePackage: 0.75, typeOnly: 0.4, upwards: 0.01 };

/**
 * Paths and texts. The figures it copies are payload's (3,639 files in `packages`): 3.4 imports between files each, 3.3 kB of text,
 * two files of five imported for their types alone, packages that name each other, a barrel for every folder, `@/` as an alias for `src`.
 * Imports lead to earlier files, but for one in a hundred, so that there are cycles, as everywhere. Equal arguments make equal trees.
 */
export function* syntheticTree(files: number, seed: number): Generator<[path: string, text: string]> {
  const random = xoroshiro128plus(seed);
  const below = (count: number) => uniformInt(random, 0, Math.max(count, 1) - 1);
  const chance = (share: number) => below(10_000) < share * 10_000;
  const packages = Math.max(1, Math.ceil(files / FILES_PER_PACKAGE));

  yield ['package.json', json({ name: 'acme', private: true, workspaces: ['packages/*'] })];
  yield ['tsconfig.json', json({ compilerOptions: { module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true } })];
  for (let index = 0, written = 0; index < packages; index++) {
    const folder = `packages/${packageName(index)}`;
    const count = Math.min(FILES_PER_PACKAGE, files - written);
    written += count;
    yield [`${folder}/package.json`, json({ name: `@acme/${packageName(index)}`, version: '1.0.0', exports: { '.': './src/index.ts' } })];
    yield [`${folder}/tsconfig.json`, json({ extends: '../../tsconfig.json', compilerOptions: { paths: { '@/*': ['./src/*'] } } })];
    yield* packageSources(folder, index, count, { below, chance });
  }
}

interface Dice {
  below(count: number): number;
  chance(share: number): boolean;
}

/** Of every folder's files the last is its barrel; of a package's, its entry. */
function* packageSources(folder: string, index: number, count: number, dice: Dice): Generator<[string, string]> {
  const folders = Math.ceil(count / FILES_PER_FOLDER);
  for (let at = 0; at < count; at++) {
    const inFolder = Math.floor(at / FILES_PER_FOLDER);
    const isLast = at === count - 1;
    const isBarrel = isLast || at % FILES_PER_FOLDER === FILES_PER_FOLDER - 1;
    if (isLast) {
      const barrels = Array.from({ length: folders - 1 }, (_, each) => `export * from './${folderName(each)}/index.js';\n`);
      yield [`${folder}/src/index.ts`, barrels.join('') || 'export {};\n'];
    } else if (isBarrel) {
      const first = inFolder * FILES_PER_FOLDER;
      const names = Array.from({ length: FILES_PER_FOLDER - 1 }, (_, each) => `export * from './${fileName(first + each)}.js';\n`);
      yield [`${folder}/src/${folderName(inFolder)}/index.ts`, names.join('')];
    } else {
      yield [`${folder}/src/${folderName(inFolder)}/${fileName(at)}.ts`, sourceText(index, at, count, dice)];
    }
  }
}

function sourceText(index: number, at: number, count: number, { below, chance }: Dice): string {
  const wanted = 1 + below(IMPORTS.most);
  const lines = new Map<string, string>();
  for (let each = 0; each < wanted; each++) {
    const target = chance(IMPORTS.upwards) ? below(count - 1) : below(at);
    const near = Math.max(0, at - (at % FILES_PER_FOLDER));
    const [specifier, name] = !chance(IMPORTS.samePackage)
      ? index === 0
        ? ['node:path', 'join']
        : [`@acme/${packageName(below(index))}`, 'part0']
      : chance(IMPORTS.near) && at > near
        ? localImport(at, near + below(at - near))
        : localImport(at, target);
    if (!name.endsWith(`${at}`)) lines.set(specifier, importLine(specifier, name, chance(IMPORTS.typeOnly)));
  }
  const body = Array.from({ length: 3 + below(9) }, (_, each) => functionText(at, each, below(1_000)));
  return `${[...lines.values()].join('')}\nexport interface Shape${at} { id: string; weight: number; tags: string[] }\n\n${body.join('\n')}`;
}

function localImport(at: number, target: number): [specifier: string, name: string] {
  const [from, to] = [Math.floor(at / FILES_PER_FOLDER), Math.floor(target / FILES_PER_FOLDER)];
  // The barrels' own places hold no part; their neighbours stand in for them.
  const part = target % FILES_PER_FOLDER === FILES_PER_FOLDER - 1 ? target - 1 : target;
  if (from === to) return [`./${fileName(part)}.js`, `part${part}`];
  return part % 3 === 0 ? [`../${folderName(to)}/index.js`, `part${part}`] : [`@/${folderName(to)}/${fileName(part)}`, `part${part}`];
}

function importLine(specifier: string, name: string, typeOnly: boolean): string {
  if (specifier.startsWith('node:')) return `import { ${name} } from '${specifier}';\n`;
  return typeOnly ? `import type { ${name.replace('part', 'Shape')} } from '${specifier}';\n` : `import { ${name} } from '${specifier}';\n`;
}

function functionText(at: number, each: number, seed: number): string {
  const name = each === 0 ? `part${at}` : `part${at}Step${each}`;
  return `/** Weighs what has been packed so far and says whether one more of the kind fits. */
export function ${name}(items: readonly { id: string; weight: number }[], limit = ${seed}): { fits: boolean; rest: number } {
  let total = 0;
  for (const item of items) {
    if (item.weight < 0 || item.id === 'void-${seed}') continue;
    total += item.weight > limit ? limit : item.weight;
  }
  return total > limit ? { fits: false, rest: 0 } : { fits: true, rest: limit - total };
}
`;
}

function packageName(index: number): string {
  return `part-${String(index).padStart(3, '0')}`;
}

function folderName(index: number): string {
  return `area-${String(index).padStart(2, '0')}`;
}

function fileName(index: number): string {
  return `unit-${String(index).padStart(3, '0')}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
