/** One code base, its cycles as we, oxlint and a plain walk find them. */
import { expect } from 'vitest';
import { type Architecture, openArchitecture, strongComponents } from '#architecture';
import { type CodeBase, copyCodeBase } from './code-bases.ts';
import { lintCycles } from './linted-cycles.ts';
import { onCycles } from './on-cycles.ts';
import { edgesOf, pathsOf } from './our-edges.ts';
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
  const architecture = await openArchitecture(folder, { texts: 'later' });
  const edges = [...edgesOf(architecture)];
  const isProduction = new Set(architecture.graph.files.filter((file) => file?.role === 'production').map((file) => file?.path));
  const production = edges.filter(({ from, to }) => isProduction.has(from) && isProduction.has(to));
  const knotsOf = (view: 'value' | 'all') =>
    strongComponents(architecture.production[view]).map((ids) => ids.map((id) => architecture.graph.files[id]?.path ?? ''));
  const knots = knotsOf('all');
  const value = knotsOf('value').flat().sort();
  const all = knots.flat().sort();
  expect(value, 'a plain walk along value edges').toEqual(onCycles(production.filter(({ kinds }) => kinds.has('value'))));
  expect(all, 'a plain walk along all edges').toEqual(onCycles(production));

  const judge = createJudge(folder, pathsOf(architecture));
  const relative = edges.filter(({ specifiers }) => [...specifiers].some((specifier) => specifier.startsWith('.')));
  const written = relative.filter(({ from, to, kinds }) => kinds.has('value') || judge.isWrittenAsValue(from, to));
  const linted = await lintCycles(folder, { ignoreTypes: false });
  const lintedValue = await lintCycles(folder, { ignoreTypes: true });
  expect(linted.onCycles, 'oxlint, all').toEqual(withSelfImports(architecture, onCycles(relative)));
  expect(lintedValue.onCycles, 'oxlint, without type imports').toEqual(withSelfImports(architecture, onCycles(written)));

  expect({ value: value.length, all: all.length, knots: knots.length }).toEqual(expected);
}

function withSelfImports({ graph }: Architecture, files: readonly string[]): string[] {
  const alone = graph.files.flatMap((file) => (file?.targets.includes(file.id) ? file.path : []));
  return [...new Set([...files, ...alone])].sort();
}
