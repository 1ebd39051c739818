/** Edits of a small workspace in which one path can be meant in many ways. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { openArchitecture } from '#architecture';
import { treeOf, write } from './trees.ts';

const manifest = (name: string, more: object = {}) => JSON.stringify({ name, ...more });

/** A workspace in which one path can be meant in many ways: by extension, by folder, by alias, by package, by `#name`. */
const DEPOT: Record<string, string> = {
  'package.json': manifest('depot', { imports: { '#log': './src/log.ts' } }),
  'tsconfig.json': '{ "extends": "./aliases.json", "references": [{ "path": "./tools" }] }',
  'aliases.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"], "shelf": ["./src/stock/shelf"] } } }',
  'tools/tsconfig.json': '{ "compilerOptions": { "baseUrl": "." }, "include": ["../tools"] }',
  'tools/tidy.ts': "import 'sweep';\n",
  'src/main.ts':
    "import '@/stock/shelf';\nimport 'shelf';\nimport '#log';\nimport '@depot/labels';\nimport './stock';\nimport './icon.svg';\n",
  'src/log.ts': 'export interface Line {}\nexport const log = 1;\n',
  'src/stock/shelf.ts': "import { Line } from '../log.js';\nimport '..';\nimport type { Box } from './box.js';\n",
  'src/stock/box.ts': "export interface Box {}\nimport './shelf.js';\n",
  'packages/labels/package.json': manifest('@depot/labels', { exports: { '.': './dist/index.js', './print': './dist/print.js' } }),
  'packages/labels/src/index.ts': "import '@depot/labels/print';\nimport '../../../src/log';\n",
};

/** Files that may come, go and change, each as one of its texts. */
const TEXTS: Record<string, string[]> = {
  ...Object.fromEntries(Object.entries(DEPOT).map(([path, text]) => [path, [text]])),
  'package.json': [
    DEPOT['package.json'] ?? '',
    manifest('depot', { imports: { '#log': './src/stock/box.ts' } }),
    '{ not json',
    manifest('depot', { version: '2.0.0' }),
  ],
  'aliases.json': [DEPOT['aliases.json'] ?? '', '{ "compilerOptions": { "paths": { "@/*": ["./packages/labels/src/*", "./src/*"] } } }'],
  'tsconfig.json': [
    DEPOT['tsconfig.json'] ?? '',
    '{ "extends": "./not-installed.json" }',
    '{ "extends": "./tsconfig.json", "compilerOptions": { "outDir": "lib" } }',
  ],
  'src/log.ts': [
    DEPOT['src/log.ts'] ?? '',
    'export const Line = 1;\n',
    'export type Line = 1;\nexport * from "./stock/box.js";\n',
    'export { \n',
  ],
  'src/log.d.ts': ['export interface Line {}\n'],
  'src/log.tsx': ['export interface Line {}\n'],
  'src/icon.svg': ['<svg/>'],
  'src/index.ts': ['export {};\n'],
  'src/stock/index.ts': ["export * from './box';\n"],
  'src/stock.ts': ['export {};\n'],
  'src/stock/package.json': [manifest('stock', { main: './box.ts' })],
  'tools/sweep.ts': ["import '../src/main';\n"],
  'lib/tidy.ts': ["import '../src/log';\n"],
  'packages/labels/src/print.ts': ["import '@/log';\n", "require('../../../src/main');\n"],
  'packages/labels/src/print/index.ts': ['export {};\n'],
  'packages/labels/test/print.test.ts': ["import '../src/print';\n"],
  'packages/labels/tsconfig.json': ['{ "extends": "../../aliases.json" }', '{}'],
};

const path = fc.constantFrom(...Object.keys(TEXTS));
const step = path.chain((name) => fc.record({ path: fc.constant(name), text: fc.constantFrom(undefined, ...(TEXTS[name] ?? [])) }));

/** Edits a tree at random, follows it, and compares it after every update with one that is opened afresh. */
export function followsEdits(numRuns: number): Promise<void> {
  const updates = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  return fc.assert(
    fc.asyncProperty(updates, async (rounds) => {
      const folder = await write(await treeOf(), DEPOT);
      const followed = await openArchitecture(folder);
      for (const steps of rounds) {
        for (const { path, text } of steps) {
          const file = join(folder, path);
          if (text === undefined) await rm(file, { force: true });
          else {
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, text);
          }
        }
        await followed.update(steps.map(({ path }) => path));
        expect(followed.snapshot()).toEqual((await openArchitecture(folder)).snapshot());
      }
      await rm(folder, { recursive: true });
    }),
    { numRuns },
  );
}
