import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDeclaredRules, compareArchitecture, readDeclaredRules } from '#architecture';
import { open, treeOf, write } from './trees.ts';

/** What is said of the rule files of a tree: rules by name, and what was not understood. */
async function readingOf(folder: string) {
  const { rules, unread } = await readDeclaredRules(folder);
  return { rules: rules.map(({ name }) => name), unread: unread.map(({ path, reason }) => `${path}: ${reason}`) };
}

test('a rule file that is no JSON, nested too deeply, or too large is unread, with the reason', async () => {
  const folder = await write(await treeOf(), {
    '.dependency-cruiser.json': '{ "forbidden": [',
    '.eslintrc.json': `${'['.repeat(100_000)}`,
    'biome.json': `{ "a": "${'b'.repeat(1_100_000)}" }`,
    'sheriff.config.ts': 'export const config = {{{',
  });
  expect(await readingOf(folder)).toEqual({
    rules: [],
    unread: [
      expect.stringMatching(/^\.dependency-cruiser\.json: it does not follow the grammar/),
      expect.stringMatching(/^\.eslintrc\.json: it is nested too deeply/),
      'biome.json: it is larger than 1 MB',
      expect.stringMatching(/^sheriff\.config\.ts: it does not follow the grammar/),
    ],
  });
});

test('a rule file that is a link is not followed out of the repository', async () => {
  const folder = await write(await treeOf(), { 'rules.json': '{ "forbidden": [{ "name": "linked", "from": {}, "to": {} }] }' });
  await symlink(join(folder, 'rules.json'), join(folder, '.dependency-cruiser.json'));
  const { rules, unread } = await readDeclaredRules(folder, { files: ['.dependency-cruiser.json', 'rules.json'] });
  expect({ rules, unread }).toEqual({
    rules: [],
    unread: [{ path: '.dependency-cruiser.json', tool: 'dependency-cruiser', reason: 'it is no ordinary file' }],
  });
});

test('configurations that extend each other in a circle end', async () => {
  const folder = await write(await treeOf(), {
    '.dependency-cruiser.json': '{ "extends": "./a.json", "forbidden": [{ "name": "own", "from": {}, "to": { "path": "x" } }] }',
    'a.json': '{ "extends": "./.dependency-cruiser.json" }',
    '.eslintrc.json': '{ "extends": "./b.json" }',
    'b.json': '{ "extends": ["./.eslintrc.json"], "rules": { "no-restricted-imports": ["error", "pg"] } }',
    'eslint.config.js': "import other from './other.js';\nexport default [...other];\n",
    'other.js': "import all from './eslint.config.js';\nexport default [...all];\n",
  });
  expect(await readingOf(folder)).toEqual({
    rules: ['own', 'no-restricted-imports: pg'],
    unread: [
      'a.json: it extends itself through ./.dependency-cruiser.json',
      expect.stringMatching(/^eslint\.config\.js: line \d of .* is not written in literals/),
    ],
  });
});

test('constants that double, and globs that take for ever, are unread', async () => {
  const doubled = Array.from({ length: 60 }, (_, index) => `const a${index + 1} = [a${index}, a${index}];`);
  const folder = await write(await treeOf(), {
    'eslint.config.js': `const a0 = 'x';\n${doubled.join('\n')}\nexport default [{ rules: { 'import/no-cycle': a60 } }];\n`,
    'package.json': JSON.stringify({ workspaces: [`${'a*'.repeat(20)}b`] }),
    [`${'a'.repeat(200)}/package.json`]: '{}',
  });
  expect(await readingOf(folder)).toEqual({
    rules: [],
    unread: ['eslint.config.js: it has more than 100000 parts when written out', 'package.json: the globs of its workspaces take too long'],
  });
});

test('names of the prototype are names like others', async () => {
  const folder = await write(await treeOf(), {
    'package.json': '{ "name": "__proto__", "exports": { "__proto__": null, "./constructor": "./src/a.ts" } }',
    '.eslintrc.json':
      '{ "rules": { "__proto__": "error", "constructor": 2, "no-restricted-imports": ["error", "toString", { "name": "__proto__" }] }, "settings": { "__proto__": {} } }',
    'biome.json': '{ "linter": { "rules": { "__proto__": { "constructor": "error" } } } }',
    'src/a.ts': "import '__proto__';\nimport 'toString';\nimport 'hasOwnProperty';\n",
  });
  const { breaks } = checkDeclaredRules(await readDeclaredRules(folder), await open(folder));
  expect(breaks.map(({ rule }) => rule.name).sort()).toEqual(['no-restricted-imports: __proto__', 'no-restricted-imports: toString']);
});

test('YAML whose aliases multiply is refused', async () => {
  const levels = Array.from({ length: 12 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]`);
  const folder = await write(await treeOf(), { '.eslintrc.yml': `a0: &a0 x\n${levels.join('\n')}\n` });
  expect((await readingOf(folder)).unread).toEqual([expect.stringMatching(/^\.eslintrc\.yml: .*alias/i)]);
});

test('a thousand rules on one tree are judged, and the change is compared', async () => {
  const forbidden = Array.from({ length: 1000 }, (_, index) => ({
    name: `rule-${index}`,
    severity: 'error',
    from: { path: `^src/(a${index})/` },
    to: { path: '^src/', pathNot: '^src/$1/' },
  }));
  const folder = await write(await treeOf(), {
    '.dependency-cruiser.json': JSON.stringify({ forbidden }),
    'src/a7/a.ts': 'export {};\n',
    'src/b/b.ts': 'export {};\n',
  });
  const [rules, base] = [await readDeclaredRules(folder), await open(folder)];
  const head = await open(await write(folder, { 'src/a7/a.ts': "import '../b/b.js';\n" }));
  const { findings, undecided } = compareArchitecture({ base, head, rules });
  expect(undecided).toEqual([]);
  expect(findings.map(({ id }) => id)).toEqual(['declared-rule:rule-7: src/a7/a.ts -> src/b/b.ts', 'new-module-edge:src/a7 -> src/b']);
});
