/**
 * Against jscpd, on code nobody here wrote: every clone of 100 tokens it finds is found here too, or stands in a list of imports,
 * or in code of which most repeats what stands right before it. The compiler's own tokens decide which.
 */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { type ArchitectureSnapshot, openArchitecture } from '#architecture';

const NODE_MODULES = join(import.meta.dirname, '../../node_modules');

const corpora = [
  { name: 'zod', sources: 'src' },
  { name: 'eslint', sources: 'lib' },
  { name: 'knip', sources: 'dist' },
  { name: 'bullmq', sources: 'dist/esm' },
];
const modes = [
  { kind: 'exact', flags: [] },
  { kind: 'renamed', flags: ['--ignore-identifiers', '--ignore-literals'] },
];

test.each(corpora.flatMap((corpus) => modes.map((mode) => ({ ...corpus, ...mode }))))(
  '$name, $kind copies',
  async ({ name, sources, flags, kind }) => {
    const folder = await mkdtemp(join(tmpdir(), 'longhaul-clones-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // Below `node_modules` nothing is a source, and `dist` is output.
    await cp(join(NODE_MODULES, name, sources), join(folder, 'src'), { recursive: true });

    const { sources: files, clones } = (await openArchitecture(folder)).snapshot();
    const production = new Set(files.flatMap(([path, role]) => (role === 'production' ? path : [])));
    const theirs = (await runJscpd(folder, flags)).filter((pair) => pair.every(({ path }) => production.has(path)));

    const outcomes = await Promise.all(theirs.map(async (pair) => (isFound(pair, clones) ? 'found' : await classOf(folder, pair))));
    const unexplained = theirs.filter((_, place) => outcomes[place] === 'missed');
    expect(unexplained).toEqual([]);
    const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
    console.info(
      `${name}, ${kind}: ${theirs.length} clones by jscpd, ${count('found')} found, ${count('imports')} imports, ${count('table')} tables`,
    );
    expect(count('found')).toBeGreaterThan(0);
  },
);

interface Place {
  path: string;
  first: number;
  last: number;
}

async function runJscpd(folder: string, flags: readonly string[]): Promise<[Place, Place][]> {
  const output = join(folder, '.report');
  const program = join(dirname(createRequire(import.meta.url).resolve('jscpd/package.json')), 'run-jscpd.js');
  const options = [
    '--min-tokens',
    '100',
    '--min-lines',
    '1',
    '--max-lines',
    '100000',
    '--mode',
    'weak',
    '--max-size',
    '10mb',
    '--no-gitignore',
  ];
  await execa(process.execPath, [program, ...options, ...flags, '--reporters', 'json', '--output', output, '.'], { cwd: folder });
  const { duplicates } = JSON.parse(await readFile(join(output, 'jscpd-report.json'), 'utf8'));
  const place = (file: { name: string; startLoc: { line: number }; endLoc: { line: number } }): Place => ({
    path: file.name.replaceAll('\\', '/'),
    first: file.startLoc.line,
    last: file.endLoc.line,
  });
  return duplicates.map((each: { firstFile: never; secondFile: never }) => [place(each.firstFile), place(each.secondFile)]);
}

/** Found is a pair whose two places hold one fingerprint. */
function isFound([one, other]: readonly [Place, Place], { stretches }: ArchitectureSnapshot['clones']): boolean {
  const within = ({ path, first, last }: Place) =>
    stretches
      .filter((stretch) => stretch.path === path)
      .flatMap(({ fingerprints, lines, lastLines }) =>
        fingerprints.filter((_, index) => (lastLines[index] ?? 0) >= first && (lines[index] ?? 0) <= last),
      );
  const known = new Set(within(one));
  return within(other).some((value) => known.has(value));
}

/** What two copies of this many tokens are certain to share: 20 stretches of 40 in a row of which none is mostly repetition. */
const GRAM = 40;
const WINDOW = 20;
const LONGEST_ROW = 32;

async function classOf(folder: string, pair: readonly [Place, Place]): Promise<'imports' | 'table' | 'missed'> {
  const classes = await Promise.all(
    pair.map(async ({ path, first, last }) => {
      const { kinds, lines } = tokensOf(path, await readFile(join(folder, path), 'utf8'));
      const own = kinds.filter((_, index) => (lines[index] ?? 0) >= first && (lines[index] ?? 0) <= last);
      if (own.length < GRAM + WINDOW - 1) return 'imports';
      return longestLively(own) < WINDOW ? 'table' : 'missed';
    }),
  );
  return classes.find((each) => each !== 'missed') ?? 'missed';
}

/** Kinds and lines of the compiler's tokens, import and re-export statements left out; one kind each for names, strings, numbers. */
function tokensOf(path: string, text: string): { kinds: number[]; lines: number[] } {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const kinds: number[] = [];
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier)) return;
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    const children = node.getChildren(source);
    if (children.length > 0) children.forEach(visit);
    else if (node.getWidth(source) > 0) {
      kinds.push(node.kind);
      lines.push(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    }
  };
  visit(source);
  return { kinds, lines };
}

/** The longest run of stretches of 40 tokens of which at most half repeat what stands up to 32 tokens before. */
function longestLively(kinds: readonly number[]): number {
  const repeats = kinds.map(() => false);
  for (let row = 1; row <= LONGEST_ROW; row++) {
    for (let end = 2 * row; end <= kinds.length; end++) {
      const isRow = kinds.slice(end - row, end).every((kind, index) => kind === kinds[end - 2 * row + index]);
      if (isRow) repeats.fill(true, end - row, end);
    }
  }
  let longest = 0;
  let run = 0;
  for (let start = 0; start + GRAM <= kinds.length; start++) {
    const repeated = repeats.slice(start, start + GRAM).filter(Boolean).length;
    run = repeated > GRAM / 2 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
