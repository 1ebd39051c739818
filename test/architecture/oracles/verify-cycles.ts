/** One code base, its cycles as we, oxlint, rev-dep and a plain walk find them. */
import { expect } from 'vitest';
import { type ArchitectureSnapshot, openArchitecture } from '#architecture';
import { type CodeBase, copyCodeBase } from './code-bases.ts';
import { lintCycles } from './linted-cycles.ts';
import { onCycles } from './on-cycles.ts';
import { edgesOf } from './our-edges.ts';
import { knotsOfRevDep } from './reversed-cycles.ts';
import { createJudge } from './typescript-judge.ts';

/** Files on cycles of production files, by value imports and by all; knots of all imports. */
export interface CycleCounts {
  value: number;
  all: number;
  knots: number;
}

/**
 * The tools know no tests and follow no package's own name. oxlint calls an import a type import only where the word `type` stands,
 * and a file that imports itself a cycle. Our edges are seen that way before they are compared; TypeScript says where the word stands.
 */
export async function verifyCycles(name: CodeBase, expected: CycleCounts): Promise<void> {
  const folder = await copyCodeBase(name);
  const snapshot = (await openArchitecture(folder)).snapshot();
  const edges = [...edgesOf(snapshot)];
  const isProduction = new Set(snapshot.sources.filter(([, role]) => role === 'production').map(([path]) => path));
  const production = edges.filter(({ from, to }) => isProduction.has(from) && isProduction.has(to));
  const value = snapshot.cycles.flatMap(({ files }) => files).sort();
  const all = snapshot.allCycles.flatMap(({ files }) => files).sort();
  expect(value, 'a plain walk along value edges').toEqual(onCycles(production.filter(({ kinds }) => kinds.has('value'))));
  expect(all, 'a plain walk along all edges').toEqual(onCycles(production));

  const judge = createJudge(
    folder,
    snapshot.sources.map(([path]) => path),
  );
  const relative = edges.filter(({ specifiers }) => [...specifiers].some((specifier) => specifier.startsWith('.')));
  const written = relative.filter(({ from, to, kinds }) => kinds.has('value') || judge.isWrittenAsValue(from, to));
  const linted = await lintCycles(folder, { ignoreTypes: false });
  const lintedValue = await lintCycles(folder, { ignoreTypes: true });
  expect(linted.onCycles, 'oxlint, all').toEqual(withSelfImports(snapshot, onCycles(relative)));
  expect(lintedValue.onCycles, 'oxlint, without type imports').toEqual(withSelfImports(snapshot, onCycles(written)));

  const withoutOwnName = new Set(onCycles(relative));
  const knotOf = (path: string) => snapshot.allCycles.findIndex(({ files }) => files.includes(path));
  const knots = (await knotsOfRevDep(folder)).map(knotOf);
  expect(new Set(knots), 'rev-dep').toEqual(new Set([...withoutOwnName].map(knotOf)));
  expect(knots, 'rev-dep').toHaveLength(new Set(knots).size);
  expect({ value: value.length, all: all.length, knots: snapshot.allCycles.length }).toEqual(expected);
}

function withSelfImports({ sources, imports }: ArchitectureSnapshot, files: readonly string[]): string[] {
  const alone = imports.filter(([from, to]) => from === to).map(([from]) => sources[from]?.[0] ?? '');
  return [...new Set([...files, ...alone])].sort();
}
