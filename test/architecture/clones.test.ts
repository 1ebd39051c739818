import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '#contracts';
import { expect, test } from 'vitest';
import { type ArchitectureSnapshot, compareArchitecture, openArchitecture } from '#architecture';
import { textFacts } from './text-facts.ts';
import { open, treeOf, write } from './trees.ts';
import { weighing } from './weighing.ts';

type Tree = Record<string, string>;

async function snapshotOf(tree: Tree) {
  return open(await write(await treeOf(), tree));
}

async function clonesOf(tree: Tree): Promise<ArchitectureSnapshot['clones']> {
  return (await snapshotOf(tree)).clones;
}

async function newClones(base: Tree, head: Tree): Promise<Finding[]> {
  const { findings } = compareArchitecture({ base: await snapshotOf(base), head: await snapshotOf(head) });
  return findings.filter(({ rule }) => rule === 'new-clone');
}

const depot = { 'depot/weigh.ts': weighing() };

test('a copy is a new clone, whatever it calls things', async () => {
  const copy = { 'harbour/heft.ts': weighing({ name: 'heft', item: 'container', scale: 1016, unit: 't' }) };
  const [finding, ...others] = await newClones(depot, { ...depot, ...copy });
  expect(others).toEqual([]);
  expect(finding).toEqual({
    id: expect.stringMatching(/^new-clone:[0-9a-f]{8}$/),
    rule: 'new-clone',
    severity: 'warn',
    message: expect.stringMatching(
      /^harbour\/heft\.ts:\d+-\d+ repeats depot\/weigh\.ts:\d+-\d+: at least 2\d\d tokens in a row differ in names and literals only\.$/,
    ),
    place: { path: 'harbour/heft.ts', line: expect.any(Number) },
    witness: [expect.stringMatching(/^harbour/), expect.stringMatching(/^depot/)],
  });
});

test('a second copy is one finding again, and names all three places', async () => {
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  const [finding] = await newClones(two, { ...two, 'airport/load.ts': weighing({ name: 'load' }) });
  expect(finding?.place.path).toBe('airport/load.ts');
  expect(finding?.witness.map((place) => place.split(':')[0])).toEqual(['airport/load.ts', 'depot/weigh.ts', 'harbour/heft.ts']);
});

test('code that moved, was renamed, reindented or deleted is no clone', async () => {
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  expect(await newClones(depot, { 'src/scales/weigh.ts': weighing() })).toEqual([]);
  expect(await newClones(two, { 'depot/weigh.ts': `${weighing()}${weighing({ name: 'heft' })}` })).toEqual([]);
  expect(await newClones(two, { ...two, 'harbour/heft.ts': weighing({ name: 'lift', unit: 'stone' }).replaceAll('  ', '\t') })).toEqual([]);
  expect(await newClones(two, depot)).toEqual([]);
});

test('copies that are edited alike are the old clone in new words', async () => {
  const edited = (text: string) =>
    text.replace('let rest = grams;', 'let rest = Math.ceil(grams) + limits.packing;').replace('break;', 'return none;');
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  expect(await newClones(two, { 'depot/weigh.ts': edited(weighing()), 'harbour/heft.ts': edited(weighing({ name: 'heft' })) })).toEqual([]);
});

test('the identity stays when lines move and files are renamed', async () => {
  const id = async (copy: Tree) => (await newClones(depot, { ...depot, ...copy })).map((finding) => finding.id);
  const first = await id({ 'harbour/heft.ts': weighing({ name: 'heft' }) });
  expect(first).toHaveLength(1);
  expect(await id({ 'harbour/crane.ts': `const tide = 'low';\n\n\n${weighing({ name: 'lift' })}` })).toEqual(first);
});

test('what is short, a table or a list of imports is no clone', async () => {
  const fields = (language: string) => `export const ${language} = {\n${'  label: "text",\n'.repeat(60)}};\n`;
  const imports = Array.from({ length: 40 }, (_, place) => `import { part${place} } from './parts/${place}.ts';`).join('\n');
  expect((await clonesOf({ 'en.ts': fields('en'), 'de.ts': fields('de') })).stretches).toEqual([]);
  expect((await clonesOf({ 'a.ts': imports, 'b.ts': imports })).stretches).toEqual([]);
  const short = 'export const sum = (list: number[]) => list.reduce((total, each) => total + each, 0);';
  expect((await clonesOf({ 'a.ts': short, 'b.ts': short })).stretches).toEqual([]);
});

test('quotes, slashes and braces inside strings, templates, patterns, comments and JSX do not lead astray', async () => {
  const tail = weighing();
  const odd = [
    "const a = 'it\\'s // no /* comment';",
    `const b = \`not \${"a \`quote\`"} } \${ { c: \`\${1}\` }.c } /* here */\`;`,
    'const d = /[/"\'`{]+\\/(?:\\/)/gu.test(b) ? 1 / 2 / 3 : a.length / 2;',
    'const e = <p title="it\'s \\">don\'t {/* a ` */ f} // stay </p>;',
    '/* ` \' " */ // ` \' "',
    `type G = Map<string, Array<Set<\`\${number}px\`>>>;`,
    'const \\u{61}b = 0xe+1 + 1e-7 + .5, h = i?.5:1;',
  ];
  for (const line of odd) {
    const { stretches } = await clonesOf({ 'plain.tsx': tail, 'odd.tsx': `${line}\n${tail}` });
    expect(
      stretches.map(({ path, lines }) => `${path}:${lines[0]}`),
      line,
    ).toEqual([expect.stringMatching(/^odd\.tsx:/), expect.stringMatching(/^plain\.tsx:/)]);
    expect(stretches[0]?.fingerprints.length, line).toBeGreaterThan(10);
  }
});

test('a tree that was followed through every change has the clones of a new one', async () => {
  const folder = await write(await treeOf(), { 'twice.ts': weighing() + weighing({ name: 'again' }), 'twice.test.ts': weighing() });
  const followed = await openArchitecture(folder);
  const changes: [path: string, text: string | undefined][] = [
    ['depot.ts', weighing()],
    ['harbour.ts', weighing({ name: 'heft' })],
    ['twice.ts', undefined],
    ['depot.ts', 'export const closed = true;'],
    ['depot.ts', weighing()],
    ['harbour.ts', undefined],
  ];
  const stretches: number[] = [followed.snapshot().clones.stretches.length];
  for (const [path, text] of changes) {
    if (text === undefined) await rm(join(folder, path));
    else await write(folder, { [path]: text });
    await followed.update([path]);
    const { clones } = followed.snapshot();
    expect(clones).toEqual((await openArchitecture(folder)).snapshot().clones);
    stretches.push(clones.stretches.length);
  }
  expect(stretches).toEqual([2, 3, 4, 2, 0, 2, 0]);
});

test('cloned lines are counted without blanks and comments, and tokens once', async () => {
  const text = weighing().trim();
  const { tokens, linesOfCode } = await clonesOf({ 'a.ts': text, 'b.ts': `// copied\n\n${text}` });
  const facts = await textFacts('a.ts', text);
  expect(tokens).toBeGreaterThan(2 * (facts.tokens - 40));
  expect(tokens).toBeLessThanOrEqual(2 * facts.tokens);
  expect(linesOfCode).toBeGreaterThan(2 * (facts.linesOfCode - 6));
  expect(linesOfCode).toBeLessThanOrEqual(2 * facts.linesOfCode);
});
