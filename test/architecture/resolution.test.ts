import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchitecture } from '#architecture';
import { importsOf, treeOf, write } from './trees.ts';

/** Where the imports of one file lead: `'./a' -> src/a.ts`. */
async function meanings(files: Record<string, string>, importer: string): Promise<string[]> {
  const snapshot = (await openArchitecture(await write(await treeOf(), files))).snapshot();
  return importsOf(snapshot).flatMap((line) => {
    const [from, meaning = ''] = line.split(/:\d+ /);
    return from === importer ? [meaning.replace(/ VALUE (SIDE_EFFECT|REQUIRE)$/, '')] : [];
  });
}

function importing(...specifiers: string[]): string {
  return specifiers.map((specifier) => `import ${JSON.stringify(specifier)};\n`).join('');
}

const EMPTY = 'export {};\n';

test('a relative path: TypeScript before JavaScript, a file before a folder, a folder by its index or its manifest', async () => {
  const files = {
    'src/main.ts': importing('./a', './a.js', './b', './b/', './c.jsx', './d.mjs', './e', '.', './f.json', './g.service', './h', '../main'),
    'src/a.ts': EMPTY,
    'src/a.js': EMPTY,
    'src/b.tsx': EMPTY,
    'src/b/index.js': EMPTY,
    'src/c.tsx': EMPTY,
    'src/d.mts': EMPTY,
    'src/e/package.json': '{ "main": "./lib/entry.js" }',
    'src/e/lib/entry.ts': EMPTY,
    'src/f.json': '{}',
    'src/g.service.ts': EMPTY,
    'src/h.json': '{}',
    'src/index.ts': EMPTY,
    'main.ts': EMPTY,
  };
  expect(await meanings(files, 'src/main.ts')).toEqual([
    "'./a' -> src/a.ts",
    "'./a.js' -> src/a.ts",
    "'./b' -> src/b.tsx",
    "'./b/' -> src/b/index.js",
    "'./c.jsx' -> src/c.tsx",
    "'./d.mjs' -> src/d.mts",
    "'./e' -> src/e/lib/entry.ts",
    "'.' -> src/index.ts",
    "'./f.json' -> ELSEWHERE",
    "'./g.service' -> src/g.service.ts",
    "'./h' -> ELSEWHERE",
    "'../main' -> main.ts",
  ]);
});

test('names that no shell likes are names', async () => {
  const names = ['a b', 'naïve', '100%', '#1', 'why?', '__proto__', '$(rm)', 'x\\y', "quo'te", 'a..b'];
  const files = {
    'src/main.ts': importing(...names.map((name) => `./${name}`)),
    ...Object.fromEntries(names.map((name) => [`src/${name}.ts`, EMPTY])),
  };
  expect(await meanings(files, 'src/main.ts')).toEqual(names.map((name) => `'./${name}' -> src/${name}.ts`));
});

test('what leads nowhere is told apart: builtins, declared and undeclared packages, the own files that are not there', async () => {
  const files = {
    'package.json': '{ "devDependencies": { "vitest": "1" }, "dependencies": { "@types/estree": "1" } }',
    'packages/api/package.json': '{ "name": "api", "dependencies": { "@scope/kit": "1" } }',
    'packages/api/main.ts': importing(
      'node:fs',
      'fs/promises',
      '@scope/kit/deep',
      'vitest/config',
      'estree',
      'left-pad',
      './gone',
      '@/gone',
      '#gone',
      'https://a.b/c',
      '../../../up',
      './$types',
    ),
  };
  expect(await meanings(files, 'packages/api/main.ts')).toEqual([
    "'node:fs' -> BUILTIN",
    "'fs/promises' -> BUILTIN",
    "'@scope/kit/deep' -> EXTERNAL",
    "'vitest/config' -> EXTERNAL",
    "'estree' -> EXTERNAL",
    "'left-pad' -> MISSING",
    "'./gone' -> UNRESOLVED",
    "'@/gone' -> UNRESOLVED",
    "'#gone' -> UNRESOLVED",
    "'https://a.b/c' -> ELSEWHERE",
    "'../../../up' -> UNRESOLVED",
    "'./$types' -> ELSEWHERE",
  ]);
});

test('aliases: the most specific wins, the first target that is there, through what a tsconfig extends', async () => {
  const files = {
    'tsconfig.json': '{ /* the app */ "extends": ["./base", "./more.json"], }',
    'base.json': '{ "compilerOptions": { "baseUrl": "./src", "paths": { "lost/*": ["x/*"] } } }',
    'more.json': '{ "extends": "./config/paths.json" }',
    'config/paths.json':
      '{ "compilerOptions": { "paths": { "*": ["generated/*", "*"], "ui/*": ["design/*"], "ui/icons/*": ["icons/*.svg.ts"], "exact": ["design/button"], "none": [] } } }',
    'src/main.ts': importing('ui/button', 'ui/icons/star', 'exact', 'design/button', 'react', 'lost/design'),
    'src/design/button.ts': EMPTY,
    'src/icons/star.svg.ts': EMPTY,
  };
  expect(await meanings(files, 'src/main.ts')).toEqual([
    "'ui/button' -> src/design/button.ts",
    "'ui/icons/star' -> src/icons/star.svg.ts",
    "'exact' -> src/design/button.ts",
    "'design/button' -> src/design/button.ts",
    "'react' -> MISSING",
    "'lost/design' -> MISSING",
  ]);
});

test('a tsconfig that only refers to others: each file obeys the one that claims it', async () => {
  const paths = (target: string) => `{ "compilerOptions": { "paths": { "@/*": ["${target}/*"] } }, "include": ["${target}"] }`;
  const files = {
    'tsconfig.json':
      '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tsconfig.tools.json" }, { "path": "./gone" }] }',
    'tsconfig.app.json': paths('./app'),
    'tsconfig.tools.json': paths('./tools'),
    'app/main.ts': importing('@/box'),
    'app/box.ts': EMPTY,
    'tools/main.ts': importing('@/box'),
    'tools/box.ts': EMPTY,
  };
  expect(await meanings(files, 'app/main.ts')).toEqual(["'@/box' -> app/box.ts"]);
  expect(await meanings(files, 'tools/main.ts')).toEqual(["'@/box' -> tools/box.ts"]);
});

test('two tsconfigs that claim one file: the nearer decides', async () => {
  const files = {
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } }, "include": ["packages/app/main.ts"] }',
    'packages/app/tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
    'packages/app/main.ts': importing('@/box'),
    'packages/app/box.ts': EMPTY,
    'box.ts': EMPTY,
  };
  expect(await meanings(files, 'packages/app/main.ts')).toEqual(["'@/box' -> packages/app/box.ts"]);
});

test('broken configuration leaves a note and the graph whole', async () => {
  const folder = await write(await treeOf(), {
    'package.json': '{ "name": ',
    'marked/package.json': '\uFEFF{ "name": "marked" }',
    'tsconfig.json': '{ "extends": "./a.json", "compilerOptions": { "paths": { "@/*": ["./src/*"] }, "baseUrl": 7 } }',
    'a.json': '{ "extends": "./b.json" }',
    'b.json': '{ "extends": "./a.json" }',
    'self/tsconfig.json': '{ "extends": "./tsconfig.json" }',
    'self/main.ts': importing('../src/box'),
    'torn/tsconfig.json': '{ "compilerOptions": ',
    'torn/main.ts': importing('../src/box'),
    'far/tsconfig.json': '{ "extends": "@tsconfig/node20" }',
    'far/main.ts': importing('../src/box'),
    'deep/tsconfig.json': `{ "files": ${'['.repeat(5_000)}${']'.repeat(5_000)} }`,
    'deep/main.ts': importing('../src/box'),
    'src/main.ts': importing('@/box'),
    'src/box.ts': EMPTY,
  });
  const snapshot = (await openArchitecture(folder)).snapshot();
  expect(snapshot.edges).toEqual({ value: 5, type: 0 });
  expect(snapshot.notes).toEqual([
    'b.json extends itself by way of a.json',
    'deep/tsconfig.json is not readable as JSON',
    'far/tsconfig.json extends @tsconfig/node20, which is not to be found: what it says about aliases is unknown',
    'self/tsconfig.json extends itself by way of self/tsconfig.json',
    'torn/tsconfig.json is not readable as JSON',
    'package.json is not readable as JSON: what it publishes and depends on is unknown',
  ]);
  expect(snapshot.packages.map(({ folder, name }) => ({ folder, name }))).toEqual([
    { folder: '.', name: null },
    { folder: 'marked', name: 'marked' },
  ]);
});

test('tsconfigs that lead to one another by millions of ways, and in circles, are read once each', async () => {
  const layers = Array.from({ length: 40 }, (_, layer) => layer);
  const both = (layer: number) => JSON.stringify([`./extended-${layer + 1}.json`, `./extended-${layer + 1}.json`]);
  const folder = await write(await treeOf(), {
    'tsconfig.json': '{ "extends": "./extended-0.json", "references": [{ "path": "layer-0/a" }, { "path": "layer-0/b" }] }',
    ...Object.fromEntries(layers.map((layer) => [`extended-${layer}.json`, `{ "extends": ${layer < 18 ? both(layer) : '[]'} }`])),
    ...Object.fromEntries(
      layers.flatMap((layer) =>
        ['a', 'b'].map((each) => [
          `layer-${layer}/${each}/tsconfig.json`,
          JSON.stringify({
            include: ['../../src'],
            compilerOptions: layer === 39 && each === 'b' ? { paths: { '@/*': ['../../src/*'] } } : {},
            references: [{ path: `../../layer-${(layer + 1) % 40}/a` }, { path: `../../layer-${(layer + 1) % 40}/b` }],
          }),
        ]),
      ),
    ),
    'src/main.ts': importing('@/box'),
    'src/box.ts': EMPTY,
  });
  expect((await openArchitecture(folder)).snapshot().edges.value).toBe(1);
});

test('an installed preset is read where its package lies, also behind a link', async () => {
  const folder = await write(await treeOf(), {
    'tsconfig.json': '{ "extends": "@house/preset/strict" }',
    'store/preset/strict.json': '{ "compilerOptions": { "paths": { "@/*": ["../../../src/*"] } } }',
    'src/main.ts': importing('@/box'),
    'src/box.ts': EMPTY,
  });
  await mkdir(join(folder, 'node_modules/@house'), { recursive: true });
  await symlink('../../store/preset', join(folder, 'node_modules/@house/preset'));
  expect((await openArchitecture(folder)).snapshot().edges.value).toBe(1);
});

test('a tsconfig behind a link is not read, and a note says so', async () => {
  const outside = await write(await treeOf(), { 'tsconfig.json': '{ "compilerOptions": { "paths": { "till/*": ["../src/*"] } } }' });
  const folder = await write(await treeOf(), {
    'tsconfig.json': '{ "extends": "./link/tsconfig.json" }',
    'src/main.ts': importing('till/drawer'),
    'src/drawer.ts': EMPTY,
  });
  await symlink(outside, join(folder, 'link'));
  const snapshot = (await openArchitecture(folder)).snapshot();
  expect(importsOf(snapshot)).toEqual(["src/main.ts:1 'till/drawer' -> MISSING VALUE SIDE_EFFECT"]);
  expect(snapshot.notes).toEqual([
    'tsconfig.json extends link/tsconfig.json, which is not to be found: what it says about aliases is unknown',
  ]);
});

test('a preset that is a package of the tree says the same before and after it is installed', async () => {
  const shop = {
    'packages/preset/package.json': '{ "name": "@house/preset" }',
    'packages/preset/base.json': '{ "compilerOptions": { "paths": { "@till/*": ["../till/src/*"] } } }',
    'packages/app/package.json': '{ "name": "@house/app" }',
    'packages/app/tsconfig.json': '{ "extends": "@house/preset/base.json" }',
    'packages/app/src/main.ts': importing('@till/drawer'),
    'packages/till/package.json': '{ "name": "@house/till" }',
    'packages/till/src/drawer.ts': EMPTY,
  };
  const [fetched, installed] = [await write(await treeOf(), shop), await write(await treeOf(), shop)];
  await mkdir(join(installed, 'node_modules/@house'), { recursive: true });
  await symlink('../../packages/preset', join(installed, 'node_modules/@house/preset'));
  const [before, after] = [(await openArchitecture(fetched)).snapshot(), (await openArchitecture(installed)).snapshot()];
  expect(importsOf(before)).toEqual(["packages/app/src/main.ts:1 '@till/drawer' -> packages/till/src/drawer.ts VALUE SIDE_EFFECT"]);
  expect(after).toEqual(before);
});

test('packages of the tree: exports with conditions and patterns, built files to their sources, itself, `#names`', async () => {
  const files = {
    'packages/kit/package.json': JSON.stringify({
      name: '@house/kit',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './server': { development: './dist/server/dev.js', browser: './dist/server/web.js', node: './dist/server/node.js' },
        './parts/*': './dist/parts/*.mjs',
        './package.json': './package.json',
      },
      imports: {
        '#state': { browser: './src/state.web.ts', default: './src/state.ts' },
        '#dep': 'left-pad',
        '#views/*': './src/views/*.js',
      },
    }),
    'packages/kit/src/index.ts': importing('@house/kit/server', '#state', '#dep', '#views/list'),
    'packages/kit/src/server/dev.ts': EMPTY,
    'packages/kit/src/server/web.ts': EMPTY,
    'packages/kit/src/server/node.ts': EMPTY,
    'packages/kit/src/parts/wheel.ts': EMPTY,
    'packages/kit/src/state.ts': EMPTY,
    'packages/kit/src/state.web.ts': EMPTY,
    'packages/kit/src/views/list.tsx': EMPTY,
    'packages/app/package.json': '{ "name": "app" }',
    'packages/app/main.ts': importing(
      '@house/kit',
      '@house/kit/parts/wheel',
      '@house/kit/package.json',
      '@house/kit/hidden',
      '@house/other',
    ),
  };
  expect(await meanings(files, 'packages/app/main.ts')).toEqual([
    "'@house/kit' -> packages/kit/src/index.ts",
    "'@house/kit/parts/wheel' -> packages/kit/src/parts/wheel.ts",
    "'@house/kit/package.json' -> ELSEWHERE",
    "'@house/kit/hidden' -> ELSEWHERE",
    "'@house/other' -> MISSING",
  ]);
  expect(await meanings(files, 'packages/kit/src/index.ts')).toEqual([
    "'@house/kit/server' -> packages/kit/src/server/node.ts",
    "'#state' -> packages/kit/src/state.ts",
    "'#dep' -> EXTERNAL",
    "'#views/list' -> packages/kit/src/views/list.tsx",
  ]);
});

test('a package with code and declarations beside it: the code is meant', async () => {
  const files = {
    'package.json':
      '{ "name": "kit", "exports": { ".": { "types": "./typings/index.d.ts", "default": "./index.js" }, "./typed": "./typings/typed.d.ts" } }',
    'typings/index.d.ts': EMPTY,
    'typings/typed.d.ts': EMPTY,
    'index.js': EMPTY,
    'examples/main.js': importing('kit', 'kit/typed'),
  };
  expect(await meanings(files, 'examples/main.js')).toEqual(["'kit' -> index.js", "'kit/typed' -> typings/typed.d.ts TYPE SIDE_EFFECT"]);
});

test('of several packages of one name the nearest is meant', async () => {
  const app = '{ "name": "app", "main": "main.ts" }';
  const files = {
    'examples/a/app/package.json': app,
    'examples/a/app/main.ts': EMPTY,
    'examples/b/app/package.json': app,
    'examples/b/app/main.ts': EMPTY,
    'examples/b/site/package.json': '{ "name": "site" }',
    'examples/b/site/page.ts': importing('app'),
  };
  expect(await meanings(files, 'examples/b/site/page.ts')).toEqual(["'app' -> examples/b/app/main.ts"]);
});

test('a build that nothing was found for is not replaced by what is only asked for in another way', async () => {
  const entry = { import: { types: './dist/index.d.ts', default: './dist/index.js' }, require: './index.cjs' };
  const files = {
    'packages/kit/package.json': JSON.stringify({ name: 'kit', exports: { '.': entry } }),
    'packages/kit/index.cjs': 'throw new Error();\n',
    'main.ts': importing('kit'),
  };
  expect(await meanings(files, 'main.ts')).toEqual(["'kit' -> ELSEWHERE"]);
});

test('several root folders are one to a relative import', async () => {
  const files = {
    'tsconfig.json': '{ "compilerOptions": { "rootDirs": ["src", "generated"] } }',
    'src/views/main.ts': importing('./template', '../table'),
    'generated/views/template.ts': importing('./main'),
    'generated/table.ts': EMPTY,
  };
  expect(await meanings(files, 'src/views/main.ts')).toEqual([
    "'./template' -> generated/views/template.ts",
    "'../table' -> generated/table.ts",
  ]);
  expect(await meanings(files, 'generated/views/template.ts')).toEqual(["'./main' -> src/views/main.ts"]);
});

test('a tree without any TypeScript, tsconfig or manifest is a tree all the same', async () => {
  const files = {
    'server.js': "const box = require('./box');\n",
    'box/index.js': "module.exports = require('./side');\n",
    'box/side.mjs': EMPTY,
  };
  expect(await meanings(files, 'server.js')).toEqual(["'./box' -> box/index.js"]);
  expect(await meanings(files, 'box/index.js')).toEqual(["'./side' -> box/side.mjs"]);
});
