import { expect, test } from 'vitest';
import { checkDeclaredRules, DeclaredRules, readDeclaredRules } from '#architecture';
import { open, treeOf, write } from './trees.ts';

/** A shop whose page reaches past its cart into the database, and whose cart and money know each other. */
const shop = {
  'package.json': '{ "name": "shop", "dependencies": { "pg": "8" }, "devDependencies": { "vitest": "5" } }',
  'src/page/page.ts': "import { total } from '../cart/cart.js';\nimport { query } from '../database/query.js';\nexport { total, query };\n",
  'src/cart/cart.ts': "import { money } from '../money/money.js';\nexport const total = money;\n",
  'src/money/money.ts': "import type { total } from '../cart/cart.js';\nimport 'vitest';\nexport const money: typeof total = 1;\n",
  'src/database/query.ts': "import pg from 'pg';\nexport const query = pg;\n",
  'src/lonely.ts': 'export const lonely = 1;\n',
};

interface Expected {
  /** `severity rule: from -> to` of each break. */
  breaks: string[];
  unread?: string[];
  undecided?: string[];
}

/** Rules as they come back from a store, on a tree of these files. */
async function verify(files: Record<string, string>, expected: Expected, evaluate?: (path: string) => Promise<unknown>): Promise<void> {
  const folder = await write(await treeOf(), files);
  const rules = DeclaredRules.parse(JSON.parse(JSON.stringify(await readDeclaredRules(folder, evaluate ? { evaluate } : {}))));
  const { breaks, undecided } = checkDeclaredRules(rules, await open(folder));
  expect({
    breaks: breaks.map(({ rule, from, to, members }) => `${rule.severity} ${rule.name}: ${from}${to && !members ? ` -> ${to}` : ''}`),
    unread: rules.unread.map(({ path, reason }) => `${path}: ${reason}`),
    undecided: undecided.map(({ rule }) => rule.name),
  }).toEqual({ unread: [], undecided: [], ...expected });
}

test('a repository without rules: nothing stated, nothing unread', () => verify(shop, { breaks: [] }));

test('dependency-cruiser: paths, groups, types of dependencies, cycles, orphans, reachability, allowed and required imports', () =>
  verify(
    {
      ...shop,
      '.dependency-cruiser.json': `{
        // the words are those of its manual
        "forbidden": [
          { "name": "page-not-to-database", "severity": "error", "comment": "Pages show, they do not ask.", "from": { "path": "^src/page" }, "to": { "path": "^src/database" } },
          { "name": "stay-in-your-folder", "severity": "info", "from": { "path": "^src/(cart|money)/" }, "to": { "path": "^src/", "pathNot": "^src/$1/" } },
          { "name": "no-dev-dep", "severity": "warn", "from": {}, "to": { "dependencyTypes": ["npm-dev"] } },
          { "name": "no-circular", "severity": "error", "from": {}, "to": { "circular": true } },
          { "name": "no-orphans", "from": { "orphan": true }, "to": {} },
          { "name": "database-unreachable", "severity": "error", "from": { "path": "page" }, "to": { "path": "database", "reachable": true } },
          { "name": "off", "severity": "ignore", "from": {}, "to": {} }
        ],
        "allowed": [{ "from": {}, "to": { "path": "^src|pg|vitest" } }, { "from": { "path": "nobody" }, "to": {} }],
        "required": [{ "name": "cart-uses-database", "severity": "error", "module": { "path": "cart/" }, "to": { "path": "database/" } }],
        "options": { "tsPreCompilationDeps": true }
      }`,
    },
    {
      breaks: [
        'gate page-not-to-database: src/page/page.ts -> src/database/query.ts',
        'record stay-in-your-folder: src/cart/cart.ts -> src/money/money.ts',
        'record stay-in-your-folder: src/money/money.ts -> src/cart/cart.ts',
        'warn no-dev-dep: src/money/money.ts -> node_modules/vitest',
        'gate no-circular: src/cart/cart.ts',
        'warn no-orphans: src/lonely.ts',
        'gate database-unreachable: src/page/page.ts -> src/database/query.ts',
        'gate cart-uses-database: src/cart/cart.ts',
      ],
    },
  ));

test('dependency-cruiser: instability, ancestors, dependents, and rules that speak of a part of the tree', () =>
  verify(
    {
      ...shop,
      'src/cart/parts/item.ts': "import '../cart.js';\n",
      '.dependency-cruiser.json': `{
        "forbidden": [
          { "name": "stable", "severity": "error", "from": {}, "to": { "moreUnstable": true } },
          { "name": "no-ancestor", "severity": "error", "from": {}, "to": { "ancestor": true } },
          { "name": "shared", "severity": "error", "module": { "path": "money", "numberOfDependentsLessThan": 2 }, "from": {} },
          { "name": "popular", "severity": "error", "module": { "numberOfDependentsMoreThan": 2 }, "from": { "pathNot": "money" } },
          { "name": "unused", "severity": "error", "from": { "path": "page" }, "to": { "path": "^src", "reachable": false } }
        ],
        "options": { "exclude": "lonely", "tsPreCompilationDeps": true }
      }`,
    },
    {
      breaks: [
        'gate stable: src/cart/cart.ts -> src/money/money.ts',
        'gate no-ancestor: src/cart/parts/item.ts -> src/cart/cart.ts',
        'gate shared: src/money/money.ts',
        'gate unused: src/cart/parts/item.ts',
      ],
    },
  ));

test('dependency-cruiser without tsPreCompilationDeps does not see imports of types', () =>
  verify(
    {
      ...shop,
      '.dependency-cruiser.cjs': `module.exports = { forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }] };\n`,
    },
    { breaks: [] },
  ));

test('a cycle that a rule forbids is known by the name it has among the cycles of the graph', async () => {
  const circular = { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } };
  const rules = { forbidden: [circular], options: { tsPreCompilationDeps: true } };
  const folder = await write(await treeOf(), { ...shop, '.dependency-cruiser.json': JSON.stringify(rules) });
  const snapshot = await open(folder);
  const { breaks } = checkDeclaredRules(await readDeclaredRules(folder), snapshot);
  expect(snapshot.allCycles.map(({ files }) => files)).toEqual([['src/cart/cart.ts', 'src/money/money.ts']]);
  expect(breaks.map(({ to }) => to)).toEqual(snapshot.allCycles.map(({ id }) => id));
});

test('dependency-cruiser: what extends a file of the repository has the last word on rules of the same name', () =>
  verify(
    {
      ...shop,
      '.dependency-cruiser.mjs': `
        import layers from './tools/layers.mjs';
        const severity = 'warn';
        export default {
          extends: './tools/base.json',
          forbidden: [{ name: 'page-not-to-database', severity }, ...layers],
        };`,
      'tools/base.json': `{ "forbidden": [{ "name": "page-not-to-database", "severity": "error", "from": { "path": "page" }, "to": { "path": "database" } }] }`,
      'tools/layers.mjs': `export default ['money'].concat([]);`,
    },
    {
      breaks: ['warn page-not-to-database: src/page/page.ts -> src/database/query.ts'],
      unread: [`.dependency-cruiser.mjs: rule "unnamed": line 1 of layers.mjs is not written in literals: ['money'].concat([])`],
    },
  ));

test('dependency-cruiser: what is not understood is listed by name and not judged', () =>
  verify(
    {
      ...shop,
      '.dependency-cruiser.json': `{
        "extends": "dependency-cruiser/configs/recommended",
        "forbidden": [
          { "name": "licences", "severity": "error", "from": {}, "to": { "license": "GPL" } },
          { "name": "folders", "scope": "folder", "from": {}, "to": { "path": "x" } },
          { "name": "deprecated", "from": {}, "to": { "dependencyTypes": ["deprecated"] } },
          { "name": "broken-pattern", "severity": "error", "from": { "path": "(" }, "to": {} },
          { "name": "eternal-pattern", "severity": "error", "from": { "path": "^(s|src|[^!]+)+$!" }, "to": {} }
        ]
      }`,
    },
    {
      breaks: [],
      unread: [
        '.dependency-cruiser.json: it extends dependency-cruiser/configs/recommended, which is not in the repository',
        '.dependency-cruiser.json: rule "licences": `to.license` is not supported',
        '.dependency-cruiser.json: rule "folders": rules on folders are not supported',
        '.dependency-cruiser.json: rule "deprecated": whether an import is "deprecated" is not known without installed packages',
      ],
      undecided: ['broken-pattern'],
    },
  ));

test('a pattern that would run for hours is given up, and the other rules are judged', () =>
  verify(
    {
      ...shop,
      [`src/${'a'.repeat(60)}!.ts`]: "import './lonely.js';\n",
      '.dependency-cruiser.json': `{ "forbidden": [
        { "name": "eternal", "severity": "error", "from": { "path": "^src/(a+)+[.]ts" }, "to": {} },
        { "name": "page-not-to-database", "severity": "error", "from": { "path": "page" }, "to": { "path": "database" } }
      ] }`,
    },
    { breaks: ['gate page-not-to-database: src/page/page.ts -> src/database/query.ts'], undecided: ['eternal'] },
  ));

const computed = { ...shop, '.dependency-cruiser.mjs': 'export default makeRules();\n' };

test('a configuration that has to be run is unread without a sandbox, and read with one', async () => {
  await verify(computed, {
    breaks: [],
    unread: ['.dependency-cruiser.mjs: line 1 of .dependency-cruiser.mjs is not written in literals: makeRules()'],
  });
  const forbidden = [{ name: 'computed', severity: 'error', from: { path: 'page' }, to: { path: 'database' } }];
  await verify(computed, { breaks: ['gate computed: src/page/page.ts -> src/database/query.ts'] }, async () => ({
    default: { forbidden },
  }));
});

test('a configuration that throws is unread, with its reason', () =>
  verify(
    computed,
    {
      breaks: [],
      unread: [
        '.dependency-cruiser.mjs: it could not be run: Cannot find package "rules"',
        '.dependency-cruiser.mjs: line 1 of .dependency-cruiser.mjs is not written in literals: makeRules()',
      ],
    },
    async () => {
      throw new Error('Cannot find package "rules"');
    },
  ));

test('ESLint, flat: paths, patterns, zones, cycles; the last part that speaks of a file decides', () =>
  verify(
    {
      ...shop,
      'src/cart/legacy.ts': "import 'pg';\nexport {};\n",
      'eslint.config.js': `
        import js from '@eslint/js';
        import importPlugin from 'eslint-plugin-import';
        export default [
          { ignores: ['src/lonely.ts'] },
          js.configs.recommended,
          {
            files: ['**/*.ts'],
            plugins: { import: importPlugin },
            rules: {
              'no-restricted-imports': ['error', { paths: [{ name: 'pg', message: 'Ask src/database.' }], patterns: ['**/money/*', '!**/money/index.js'] }],
              'import/no-restricted-paths': ['warn', { zones: [{ target: './src/page', from: './src', except: ['./cart', './page'] }] }],
              'import/no-cycle': ['error', { ignoreTypes: false }],
            },
          },
          { files: ['src/database/**'], rules: { 'no-restricted-imports': 'off' } },
        ];`,
    },
    {
      breaks: [
        'gate no-restricted-imports: pg: src/cart/legacy.ts -> node_modules/pg',
        'gate no-restricted-imports: **/money/* !**/money/index.js: src/cart/cart.ts -> src/money/money.ts',
        'warn import/no-restricted-paths: ./src/page from ./src: src/page/page.ts -> src/database/query.ts',
        'gate import/no-cycle: src/cart/cart.ts',
      ],
    },
  ));

test('ESLint, flat: a part that is made by code is listed, the others are read', () =>
  verify(
    {
      ...shop,
      'eslint.config.mjs': `
        import company from '@company/eslint-config';
        export default [...company(), { rules: { 'no-restricted-imports': ['error', 'pg'], 'import/no-nodejs-modules': 'error' } }];`,
    },
    {
      breaks: ['gate no-restricted-imports: pg: src/database/query.ts -> node_modules/pg'],
      unread: [
        'eslint.config.mjs: line 3 of eslint.config.mjs is not written in literals: company()',
        'eslint.config.mjs: import/no-nodejs-modules is not supported',
      ],
    },
  ));

test('ESLint, old style: YAML, overrides and a file nearer to the code', () =>
  verify(
    {
      ...shop,
      '.eslintrc.yml':
        "rules:\n  '@typescript-eslint/no-restricted-imports':\n    - error\n    - paths: [{ name: pg, allowTypeImports: true }]\noverrides:\n  - files: ['*.js']\n    rules:\n      no-restricted-imports: [error, react]\n",
      'src/database/.eslintrc.json': '{ "root": true, "rules": {} }',
      'src/page/.eslintrc.json':
        '{ "extends": ["airbnb"], "rules": { "no-restricted-imports": [1, { "patterns": [{ "regex": "database/q", "message": "no" }] }] } }',
      'src/page/helper.ts': "import 'pg';\nexport {};\n",
    },
    {
      breaks: [
        'gate @typescript-eslint/no-restricted-imports: pg: src/page/helper.ts -> node_modules/pg',
        'warn no-restricted-imports: /database/q/: src/page/page.ts -> src/database/query.ts',
      ],
      unread: ['src/page/.eslintrc.json: it takes in airbnb, which is not in the repository'],
    },
  ));

test('eslint-plugin-boundaries: element types with captures, entry points, externals', () =>
  verify(
    {
      ...shop,
      'src/cart/index.ts': "export * from './cart.js';\n",
      '.eslintrc.json': `{
        "settings": { "boundaries/elements": [{ "type": "part", "pattern": "src/*", "capture": ["name"] }] },
        "rules": {
          "boundaries/element-types": [2, { "default": "disallow", "message": "Parts keep to themselves.", "rules": [
            { "from": ["part"], "allow": [["part", { "name": "cart" }], ["part", { "name": "\${from.name}" }]] }
          ] }],
          "boundaries/entry-point": [1, { "default": "disallow", "rules": [{ "target": ["part"], "allow": "index.ts" }] }],
          "boundaries/external": [2, { "default": "allow", "rules": [{ "from": [["part", { "name": "database" }]], "disallow": ["pg"] }] }],
          "boundaries/no-private": [2]
        }
      }`,
    },
    {
      breaks: [
        'gate boundaries/element-types: src/cart/cart.ts -> src/money/money.ts',
        'gate boundaries/element-types: src/page/page.ts -> src/database/query.ts',
        'warn boundaries/entry-point: src/cart/cart.ts -> src/money/money.ts',
        'warn boundaries/entry-point: src/money/money.ts -> src/cart/cart.ts',
        'warn boundaries/entry-point: src/page/page.ts -> src/cart/cart.ts',
        'warn boundaries/entry-point: src/page/page.ts -> src/database/query.ts',
        'gate boundaries/external: src/database/query.ts -> node_modules/pg',
      ],
      unread: ['.eslintrc.json: boundaries/no-private: it is not supported'],
    },
  ));

test('Biome: restricted imports and cycles, in groups and overrides', () =>
  verify(
    {
      ...shop,
      'biome.jsonc': `{
        "linter": { "rules": {
          "style": { "noRestrictedImports": { "level": "error", "options": { "paths": { "pg": "Ask src/database.", "vitest": { "message": "Not here.", "importNames": ["test"] } } } } },
          "nursery": { "noImportCycles": { "level": "warn", "options": { "ignoreTypes": false } } }
        } },
        "overrides": [{ "includes": ["src/database/**"], "linter": { "rules": { "style": { "noRestrictedImports": "off" } } } }],
      }`,
      'src/page/helper.ts': "import 'pg';\nexport {};\n",
    },
    {
      breaks: ['gate no-restricted-imports: pg: src/page/helper.ts -> node_modules/pg', 'warn import/no-cycle: src/cart/cart.ts'],
      unread: ['biome.jsonc: no-restricted-imports of vitest: `importNames` is not supported'],
    },
  ));

test('oxlint: the rules of ESLint in its own file', () =>
  verify(
    {
      ...shop,
      '.oxlintrc.json':
        '{ "rules": { "no-restricted-imports": ["error", { "paths": ["pg"] }], "eqeqeq": "error" }, "overrides": [{ "files": ["**/database/*.ts"], "rules": { "no-restricted-imports": "off" } }] }',
      'src/page/helper.ts': "import 'pg';\nexport {};\n",
    },
    { breaks: ['gate no-restricted-imports: pg: src/page/helper.ts -> node_modules/pg'] },
  ));

test('Sheriff: tags with placeholders, sameTag, and barrels', () =>
  verify(
    {
      ...shop,
      'src/cart/index.ts': "export * from './cart.js';\n",
      'sheriff.config.ts': `
        import { sameTag, SheriffConfig } from '@softarc/sheriff-core';
        export const config: SheriffConfig = {
          modules: { 'src/<part>': ['part:<part>', 'type:part'] },
          depRules: { root: 'type:part', 'part:*': [sameTag, 'part:cart'], 'type:part': ({ to }) => to === 'x' },
        };`,
    },
    {
      breaks: [
        'gate dependency-rule: part:* only depends on part:cart, its own tag: src/cart/cart.ts -> src/money/money.ts',
        'gate dependency-rule: part:* only depends on part:cart, its own tag: src/page/page.ts -> src/database/query.ts',
        'gate encapsulation: src/money/money.ts -> src/cart/cart.ts',
        'gate encapsulation: src/page/page.ts -> src/cart/cart.ts',
      ],
      unread: [
        `sheriff.config.ts: dependency rule "type:part": line 5 of sheriff.config.ts is not written in literals: ({ to }) => to === 'x'`,
      ],
    },
  ));

const workspace = {
  'package.json': '{ "name": "depot", "workspaces": ["libs/*"] }',
  'libs/model/package.json':
    '{ "name": "@depot/model", "exports": { ".": "./src/index.ts", "./units/*": "./src/units/*.ts" }, "nx": { "tags": ["scope:shared"] } }',
  'libs/model/src/index.ts': 'export const parcel = 1;\n',
  'libs/model/src/units/gram.ts': 'export const gram = 1;\n',
  'libs/model/src/secret.ts': 'export const secret = 1;\n',
  'libs/api/package.json': '{ "name": "@depot/api", "dependencies": { "@depot/model": "*" } }',
  'libs/api/src/index.ts': "import '@depot/model';\nimport '@depot/model/units/gram';\nimport '@depot/model/src/secret.ts';\nexport {};\n",
  'libs/web/package.json': '{ "name": "@depot/web" }',
  'libs/web/src/index.ts': "import '@depot/model';\nexport {};\n",
};

test('a workspace: what packages publish, and what they declare', () =>
  verify(workspace, {
    breaks: [
      'warn exports of @depot/model: libs/api/src/index.ts -> libs/model/src/secret.ts',
      'warn dependencies of @depot/web: libs/web/src/index.ts -> libs/model/src/index.ts',
    ],
  }));

test('Nx: constraints between tagged projects', () =>
  verify(
    {
      ...workspace,
      'libs/web/package.json': '{ "name": "@depot/web", "dependencies": { "@depot/model": "*", "express": "5" } }',
      'libs/web/project.json': '{ "name": "web", "tags": ["scope:web", "type:ui"] }',
      'libs/web/src/index.ts': "import '@depot/model';\nimport 'express';\nexport {};\n",
      'libs/api/src/index.ts': "import '@depot/model';\nexport {};\n",
      'eslint.config.cjs': `module.exports = [{ rules: { '@nx/enforce-module-boundaries': ['error', {
        enforceBuildableLibDependency: true,
        depConstraints: [
          { sourceTag: 'scope:web', onlyDependOnLibsWithTags: ['scope:web', 'scope:api'] },
          { sourceTag: 'type:*', bannedExternalImports: ['express'] },
          { sourceTag: '/^x/', onlyDependOnLibsWithTags: [] },
        ] }] } }];`,
    },
    {
      breaks: [
        'gate @nx/enforce-module-boundaries: scope:web only depends on scope:web, scope:api: libs/web/src/index.ts -> libs/model/src/index.ts',
        'gate @nx/enforce-module-boundaries: packages of type:*: libs/web/src/index.ts -> node_modules/express',
      ],
      unread: [
        'eslint.config.cjs: @nx/enforce-module-boundaries: `enforceBuildableLibDependency` is not supported',
        'eslint.config.cjs: @nx/enforce-module-boundaries: the constraint of /^x/ uses a regular expression, which is not supported',
      ],
    },
  ));

test('a rule says why and what to do instead', async () => {
  const folder = await write(await treeOf(), {
    ...shop,
    'src/cart/index.ts': "export * from './cart.js';\n",
    'sheriff.config.ts': "export const config = { modules: { 'src/<part>': 'part' }, depRules: { '*': '*' } };\n",
  });
  const { breaks } = checkDeclaredRules(await readDeclaredRules(folder), await open(folder));
  expect(breaks.map(({ what, instead, line }) => ({ what, instead, line }))[1]).toEqual({
    what: 'src/page/page.ts imports src/cart/cart.ts, the inside of src/cart',
    instead: 'Import src/cart/index.ts, and let it export what is missing.',
    line: 1,
  });
});
