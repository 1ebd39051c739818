import { expect, test } from 'vitest';
import { compareArchitecture, openArchitecture, seesInjectedCycle, strongComponents } from '#architecture';
import { compareLayers, open, treeOf, write } from './trees.ts';

test('an empty base proves nothing', async () => {
  const nothing = await open(await treeOf());
  expect(compareArchitecture({ base: nothing, head: nothing }).trust).toEqual({
    ok: false,
    fault: 'environment',
    reason: 'The base has no TypeScript or JavaScript source file outside its tests.',
  });
});

test('an emptied head proves nothing, and it is not the environment that emptied it', async () => {
  const [base, head] = [await open(await treeOf('parcel-service')), await open(await treeOf())];
  expect(compareArchitecture({ base, head }).trust).toMatchObject({ ok: false, fault: 'agent' });
});

test('a base whose imports lead nowhere is not judged', async () => {
  const { trust } = await compareLayers({ base: ['lost-preset', 'loses-an-alias'], head: [] });
  expect(trust).toEqual({
    ok: false,
    fault: 'environment',
    reason:
      "At the base 1 of 3 imports of the repository's own files lead nowhere, such as '@/labels/label' in src/main.ts: commit the files, name them in the root's .gitignore where a build writes them, or add the alias to a tsconfig.",
  });
});

test('imports of what a build writes, and git ignores, are no reason not to judge', async () => {
  const files = { 'package.json': '{}', 'src/shop.ts': "import './made/prices.js';\nimport './till.ts';\n", 'src/till.ts': 'export {};\n' };
  const trustWith = async (more: Record<string, string>) => {
    const base = await open(await write(await treeOf(), { ...files, ...more }));
    return compareArchitecture({ base, head: base }).trust;
  };
  expect(await trustWith({})).toMatchObject({ ok: false, fault: 'environment' });
  expect(await trustWith({ '.gitignore': 'made/\n' })).toEqual({ ok: true });
});

test('many files without a single import are not believed', async () => {
  const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`src/${name}.ts`, 'export {};\n']));
  const islands = await open(await write(await treeOf(), files));
  expect(compareArchitecture({ base: islands, head: islands }).trust).toMatchObject({ ok: false, fault: 'environment' });
});

test('one more file beside a few that never had an import is not held against anybody', async () => {
  const islands = async (names: string[]) =>
    open(await write(await treeOf(), Object.fromEntries(names.map((name) => [`src/${name}.ts`, 'export {};\n']))));
  const [few, more] = [await islands(['a', 'b', 'c']), await islands(['a', 'b', 'c', 'd'])];
  expect(compareArchitecture({ base: few, head: more, reference: more }).trust).toMatchObject({ ok: false, fault: 'environment' });
});

test('a third of the imports gone is not believed, unless they are gone from the human tree too', async () => {
  const star = (links: number) =>
    treeOf()
      .then((folder) =>
        write(folder, {
          'src/main.ts': Array.from({ length: links }, (_, index) => `import './link-${index}.js';\n`).join(''),
          ...Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`src/link-${index}.ts`, 'export {};\n'])),
        }),
      )
      .then(open);
  const [full, thinned, trimmed] = await Promise.all([star(10), star(7), star(8)]);
  expect(compareArchitecture({ base: full, head: trimmed }).trust).toEqual({ ok: true });
  expect(compareArchitecture({ base: full, head: thinned }).trust).toEqual({
    ok: false,
    fault: 'agent',
    reason: 'Of 10 imports between source files 3 are gone; too few are left to compare.',
  });
  expect(compareArchitecture({ base: full, head: thinned, reference: thinned }).trust).toEqual({ ok: true });
});

test('a file in the middle that can no longer be read leaves a hole; one that nobody imports does not', async () => {
  const { trust } = await compareLayers({ base: ['parcel-service'], head: ['leaves-a-file-unfinished'] });
  expect(trust).toEqual({
    ok: false,
    fault: 'agent',
    reason: 'The imports of src/domain/price.ts are unknown (syntax-error), and other files import it.',
  });
  const template = await compareLayers({ base: ['parcel-service'], head: ['adds-a-code-template'] });
  expect(template.facts.skipped).toBe(1);
  expect(template.trust).toEqual({ ok: true });
});

test('a cycle finder that sees nothing, or nothing among the value edges or among all, misses an injected cycle', async () => {
  const { production } = await openArchitecture(await treeOf('parcel-service'));
  const hasTypes = (graph: { targets: Int32Array }) => graph.targets.length > production.value.targets.length + 1;
  expect(seesInjectedCycle(production)).toBe(true);
  expect(seesInjectedCycle(production, () => [])).toBe(false);
  expect(seesInjectedCycle(production, (graph) => (hasTypes(graph) ? [] : strongComponents(graph)))).toBe(false);
  expect(seesInjectedCycle(production, (graph) => (hasTypes(graph) ? strongComponents(graph) : []))).toBe(false);
});

test('without any import the injected cycle is one between the first two files', async () => {
  const { production } = await openArchitecture(await write(await treeOf(), { 'a.ts': '', 'b.ts': '' }));
  expect(seesInjectedCycle(production)).toBe(true);
  expect(seesInjectedCycle(production, () => [])).toBe(false);
});

test('a cycle finder that misses an injected cycle is not believed', async () => {
  const sound = await open(await treeOf('parcel-service'));
  const blind = { ...sound, seesInjectedCycle: false };
  expect(compareArchitecture({ base: sound, head: blind }).trust).toMatchObject({ ok: false, fault: 'harness' });
});
