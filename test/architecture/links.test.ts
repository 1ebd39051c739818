import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { importsOf, treeOf, write } from './trees.ts';

/** The imports of `src/main` with that extension, beside files that it may mean. */
async function linksOf(extension: string, text: string): Promise<string[]> {
  const folder = await write(await treeOf(), {
    [`src/main.${extension}`]: text,
    'src/box.ts': 'export interface Box {}\nexport const box = 1;\nexport type Size = 1;\n',
    'src/worker.ts': 'export {};\n',
    'src/globals.d.ts': 'declare const version: string;\n',
    'src/legacy.js': 'module.exports = { a: 1 };\n',
  });
  const lines = importsOf((await openArchitecture(folder)).snapshot());
  return lines.filter((line) => line.startsWith('src/main.')).map((line) => line.replace(/^src\/main\.[a-z]+:/, ''));
}

test('static imports: for values, for types, for both, for effect', async () => {
  const text = `import { box } from './box';
import type { Box } from './box.js';
import { type Box as B, box as b } from './box.ts';
import type {} from './worker';
import './worker.js';
import all, * as worker from './worker.ts';
import {} from './legacy';
`;
  expect(await linksOf('ts', text)).toEqual([
    "1 './box' -> src/box.ts VALUE",
    "2 './box.js' -> src/box.ts TYPE",
    "3 './box.ts' -> src/box.ts VALUE TYPE",
    "4 './worker' -> src/worker.ts TYPE",
    "5 './worker.js' -> src/worker.ts VALUE SIDE_EFFECT",
    "6 './worker.ts' -> src/worker.ts VALUE",
    "7 './legacy' -> src/legacy.js TYPE",
  ]);
});

test('what is taken decides: an import of nothing but types is a type import without the word', async () => {
  expect(await linksOf('ts', "import { Box, Size } from './box';\n")).toEqual(["1 './box' -> src/box.ts TYPE"]);
  expect(await linksOf('ts', "import { Box, box } from './box';\n")).toEqual(["1 './box' -> src/box.ts VALUE"]);
  expect(await linksOf('ts', "export { Box } from './box';\n")).toEqual(["1 './box' -> src/box.ts TYPE RE_EXPORT"]);
});

test('re-exports, and an import that is passed on counts once', async () => {
  const text = `export * from './box';
export * as boxes from './box.js';
export type { Box } from './box.ts';
export type * from './worker';
import { box } from './worker.js';
export { box };
`;
  expect(await linksOf('ts', text)).toEqual([
    "1 './box' -> src/box.ts VALUE RE_EXPORT",
    "2 './box.js' -> src/box.ts VALUE RE_EXPORT",
    "3 './box.ts' -> src/box.ts TYPE RE_EXPORT",
    "4 './worker' -> src/worker.ts TYPE RE_EXPORT",
    "5 './worker.js' -> src/worker.ts VALUE",
  ]);
});

test('imports inside expressions and types; what is computed is not guessed', async () => {
  const text = `const lazy = () => import('./box');
const template = () => import(\`./box.js\`);
const computed = (name: string) => import(\`./\${name}.js\`);
let later: typeof import('./box.ts');
import legacy = require('./legacy');
import type old = require('./legacy.js');
const asked = require('./worker');
const thread = new Worker(new URL('./worker.ts', import.meta.url));
const bare = new URL('worker.js', import.meta.url);
const elsewhere = new URL('https://example.org/worker.ts', import.meta.url);
const folder = new URL('./later/', import.meta.url);
`;
  expect(await linksOf('ts', text)).toEqual([
    "1 './box' -> src/box.ts VALUE DYNAMIC",
    "2 './box.js' -> src/box.ts VALUE DYNAMIC",
    "4 './box.ts' -> src/box.ts TYPE IMPORT_TYPE",
    "5 './legacy' -> src/legacy.js VALUE REQUIRE",
    "6 './legacy.js' -> src/legacy.js TYPE REQUIRE",
    "7 './worker' -> src/worker.ts VALUE REQUIRE",
    "8 './worker.ts' -> src/worker.ts URL",
    "9 './worker.js' -> src/worker.ts URL",
    "10 'https://example.org/worker.ts' -> ELSEWHERE URL",
    "11 './later/' -> ELSEWHERE URL",
  ]);
});

test('references stand above the first statement, and only there', async () => {
  const text = `#!/usr/bin/env node
/* licence */
/// <reference path="globals.d.ts" />
/// <reference types="node" />
/// <reference lib="dom" />
const main = 1;
/// <reference path="worker.ts" />
export { main };
`;
  expect(await linksOf('ts', text)).toEqual([
    "3 './globals.d.ts' -> src/globals.d.ts TYPE TRIPLE_SLASH",
    "4 'node' -> MISSING TYPE TRIPLE_SLASH",
  ]);
});

test('JSDoc imports count in JavaScript, where they are the types, and nowhere else', async () => {
  const text = `/** @import { Box, Size as S } from './box.js' */
/**
 * @param {import('./box').Box} box
 * @returns {typeof import("./worker.js")}
 */
export function wrap(box) {}
// import('./legacy') in a plain comment
const text = "@import { A } from './legacy'";
`;
  expect(await linksOf('js', text)).toEqual([
    "1 './box.js' -> src/box.ts TYPE JSDOC",
    "3 './box' -> src/box.ts TYPE JSDOC",
    "4 './worker.js' -> src/worker.ts TYPE JSDOC",
  ]);
  expect(await linksOf('ts', text)).toEqual([]);
});

test('CommonJS: what is required, under any condition; JSX and Flow are understood', async () => {
  expect(await linksOf('cjs', "'use strict';\nif (process.env.DEBUG) require('./worker');\nreturn require('./legacy');\n")).toEqual([
    "2 './worker' -> src/worker.ts VALUE REQUIRE",
    "3 './legacy' -> src/legacy.js VALUE REQUIRE",
  ]);
  expect(await linksOf('jsx', "import { box } from './box';\nexport const a = <b>{box}</b>;\n")).toEqual(["1 './box' -> src/box.ts VALUE"]);
  expect(await linksOf('js', "import type { Box } from './box';\nexport const size = (box: Box): number => 1;\n")).toEqual([
    "1 './box' -> src/box.ts TYPE",
  ]);
});

test('an import of a declaration is a type import, and code beside it is what is meant', async () => {
  const folder = await write(await treeOf(), {
    'src/main.ts': "import { a } from './context.js';\nimport { b } from './only.js';\nimport './style.css';\n",
    'src/context.js': 'export const a = 1;\n',
    'src/context.d.ts': 'export declare const a: number;\n',
    'src/only.d.ts': 'export declare const b: number;\n',
    'src/style.css': '',
  });
  expect(importsOf((await openArchitecture(folder)).snapshot())).toEqual([
    "src/main.ts:1 './context.js' -> src/context.js VALUE",
    "src/main.ts:2 './only.js' -> src/only.d.ts TYPE",
    "src/main.ts:3 './style.css' -> ELSEWHERE VALUE SIDE_EFFECT",
  ]);
});

test('exports: names as importers write them, types apart, by every way to write them', async () => {
  const folder = await write(await treeOf(), {
    'main.ts': `interface Listed {}
type Both = 1;
const Both = 1;
export { Listed, Both, Both as renamed };
export default class {}
export const { one, two: [three] } = {} as never;
export enum Size {}
export interface Only {}
export declare const present: number;
export * from './box';
export * as boxes from './box';
export { box as crate, type Box } from './box';
import imported from './box';
export { imported };
`,
    'box.ts': 'export {};\n',
    'legacy.js': 'exports.a = 1;\nmodule.exports.b = 2;\nObject.assign(exports, {});\n',
    'page.tsx': "import type { Page } from './box';\nexport default async function Page() {}\n",
    'whole.cjs': "module.exports = { c, 'd': 1, e() {} };\n",
    'assigned.cts': 'const all = 1;\nexport = all;\n',
  });
  const { graph } = await openArchitecture(folder);
  const exportsOf = (path: string) =>
    graph.files[graph.idOf(path) ?? -1]?.links.exports.map(({ name, line, typeOnly, from, imported }) => {
      const source = from === undefined ? '' : ` from ${from}${imported === undefined ? '' : ` as ${imported}`}`;
      return `${line} ${typeOnly ? 'type ' : ''}${name}${source}`;
    });
  expect(exportsOf('main.ts')).toEqual([
    '4 type Listed',
    '4 Both',
    '4 renamed',
    '5 default',
    '6 one',
    '6 three',
    '7 Size',
    '8 type Only',
    '9 present',
    '10 * from ./box',
    '11 boxes from ./box as *',
    '12 crate from ./box as box',
    '12 type Box from ./box',
    '14 imported from ./box as default',
  ]);
  expect(exportsOf('page.tsx')).toEqual(['2 default']);
  expect(exportsOf('legacy.js')).toEqual(['1 a', '2 b']);
  expect(exportsOf('whole.cjs')).toEqual(['1 default', '1 c', '1 e']);
  expect(exportsOf('assigned.cts')).toEqual(['2 default']);
});
