import type { Finding } from '#contracts';
import { expect, test } from 'vitest';
import { CloneIndex, type Clones, findNewClones, readTextFacts } from '#architecture';
import { weighing } from './weighing.ts';

type Tree = Record<string, string>;

function linked(path: string, text: string) {
  const links = { imports: [], exports: [], syntaxError: false };
  return { id: 0, path, role: 'production' as const, package: '.', links, targets: [], kinds: [], text: () => readTextFacts(path, text) };
}

function clonesOf(tree: Tree): Clones {
  const index = new CloneIndex();
  for (const [path, text] of Object.entries(tree)) index.add(linked(path, text));
  return index.read();
}

function newClones(base: Tree, head: Tree): Finding[] {
  return findNewClones(clonesOf(base), clonesOf(head), (path) => path in base);
}

const depot = { 'depot/weigh.ts': weighing() };

test('a copy is a new clone, whatever it calls things', () => {
  const copy = { 'harbour/heft.ts': weighing({ name: 'heft', item: 'container', scale: 1016, unit: 't' }) };
  const [finding, ...others] = newClones(depot, { ...depot, ...copy });
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

test('a second copy is one finding again, and names all three places', () => {
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  const [finding] = newClones(two, { ...two, 'airport/load.ts': weighing({ name: 'load' }) });
  expect(finding?.place.path).toBe('airport/load.ts');
  expect(finding?.witness.map((place) => place.split(':')[0])).toEqual(['airport/load.ts', 'depot/weigh.ts', 'harbour/heft.ts']);
});

test('code that moved, was renamed, reindented or deleted is no clone', () => {
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  expect(newClones(depot, { 'src/scales/weigh.ts': weighing() })).toEqual([]);
  expect(newClones(two, { 'depot/weigh.ts': `${weighing()}${weighing({ name: 'heft' })}` })).toEqual([]);
  expect(newClones(two, { ...two, 'harbour/heft.ts': weighing({ name: 'lift', unit: 'stone' }).replaceAll('  ', '\t') })).toEqual([]);
  expect(newClones(two, depot)).toEqual([]);
});

test('copies that are edited alike are the old clone in new words', () => {
  const edited = (text: string) =>
    text.replace('let rest = grams;', 'let rest = Math.ceil(grams) + limits.packing;').replace('break;', 'return none;');
  const two = { ...depot, 'harbour/heft.ts': weighing({ name: 'heft' }) };
  expect(newClones(two, { 'depot/weigh.ts': edited(weighing()), 'harbour/heft.ts': edited(weighing({ name: 'heft' })) })).toEqual([]);
});

test('the identity stays when lines move and files are renamed', () => {
  const id = (copy: Tree) => newClones(depot, { ...depot, ...copy }).map((finding) => finding.id);
  const first = id({ 'harbour/heft.ts': weighing({ name: 'heft' }) });
  expect(first).toHaveLength(1);
  expect(id({ 'harbour/crane.ts': `const tide = 'low';\n\n\n${weighing({ name: 'lift' })}` })).toEqual(first);
});

test('what is short, a table or a list of imports is no clone', () => {
  const fields = (language: string) => `export const ${language} = {\n${'  label: "text",\n'.repeat(60)}};\n`;
  const imports = Array.from({ length: 40 }, (_, place) => `import { part${place} } from './parts/${place}.ts';`).join('\n');
  expect(clonesOf({ 'en.ts': fields('en'), 'de.ts': fields('de') }).stretches).toEqual([]);
  expect(clonesOf({ 'a.ts': imports, 'b.ts': imports }).stretches).toEqual([]);
  const short = 'export const sum = (list: number[]) => list.reduce((total, each) => total + each, 0);';
  expect(clonesOf({ 'a.ts': short, 'b.ts': short }).stretches).toEqual([]);
});

test('quotes, slashes and braces inside strings, templates, patterns, comments and JSX do not lead astray', () => {
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
    const { stretches } = clonesOf({ 'plain.tsx': tail, 'odd.tsx': `${line}\n${tail}` });
    expect(
      stretches.map(({ path, lines }) => `${path}:${lines[0]}`),
      line,
    ).toEqual([expect.stringMatching(/^odd\.tsx:/), expect.stringMatching(/^plain\.tsx:/)]);
    expect(stretches[0]?.fingerprints.length, line).toBeGreaterThan(10);
  }
});

test('an index that followed every change knows what a new one knows', () => {
  const files = {
    depot: linked('depot.ts', weighing()),
    harbour: linked('harbour.ts', weighing({ name: 'heft' })),
    twice: linked('twice.ts', weighing() + weighing({ name: 'again' })),
    fixture: { ...linked('fixture.ts', weighing()), role: 'test' as const },
  };
  const index = new CloneIndex();
  const fresh = (...present: (keyof typeof files)[]) => {
    const other = new CloneIndex();
    for (const name of present) other.add(files[name]);
    return other.read();
  };
  index.add(files.twice);
  expect(index.read()).toEqual(fresh('twice'));
  expect(index.read().stretches).toHaveLength(2);
  index.add(files.fixture);
  index.add(files.depot);
  index.add(files.harbour);
  expect(index.read()).toEqual(fresh('harbour', 'depot', 'twice'));
  index.remove(files.twice);
  expect(index.read()).toEqual(fresh('depot', 'harbour'));
  index.remove(files.depot);
  expect(index.read()).toEqual({ stretches: [], tokens: 0, linesOfCode: 0 });
  index.add(files.depot);
  index.remove(files.harbour);
  index.add(files.harbour);
  expect(index.read()).toEqual(fresh('depot', 'harbour'));
  index.remove(files.fixture);
});

test('cloned lines are counted without blanks and comments, and tokens once', () => {
  const text = weighing().trim();
  const { tokens, linesOfCode } = clonesOf({ 'a.ts': text, 'b.ts': `// copied\n\n${text}` });
  const facts = readTextFacts('a.ts', text);
  expect(tokens).toBeGreaterThan(2 * (facts.tokens - 40));
  expect(tokens).toBeLessThanOrEqual(2 * facts.tokens);
  expect(linesOfCode).toBeGreaterThan(2 * (facts.linesOfCode - 6));
  expect(linesOfCode).toBeLessThanOrEqual(2 * facts.linesOfCode);
});
