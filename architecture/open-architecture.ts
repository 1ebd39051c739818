/** A folder goes in, the snapshot of its architecture comes out. */
import { createHash } from 'node:crypto';
import { buildImportGraph, type Edge, type ImportGraph } from './graph/import-graph.ts';
import { seesInjectedCycle } from './graph/injected-cycle.ts';
import { drawModules, type Module } from './graph/modules.ts';
import type { ArchitectureSnapshot } from './snapshot.ts';
import { findSourceFiles } from './tree/source-files.ts';
import { strongComponents } from './graph/strong-components.ts';

/**
 * Reads every TypeScript and JavaScript source below `folder` and links its imports. Nothing is executed, nothing written, no
 * symbolic link followed; equal trees give equal snapshots. `folder` is best a repository's root: imports that lead out of it count as unresolved.
 * Works in turns of some ten milliseconds, so that a worker's timers keep running.
 *
 * An empty folder gives a snapshot of zeros; `compareArchitecture` does not trust it.
 *
 * @throws the signal's reason when aborted; the error of the file system when `folder` cannot be read
 */
export async function openArchitecture(folder: string, options: { signal?: AbortSignal } = {}): Promise<ArchitectureSnapshot> {
  const tree = await findSourceFiles(folder, options.signal);
  const graph = await buildImportGraph(tree, options.signal);
  const production = graph.files.filter((file) => file.role === 'production').map((file) => file.path);
  const inProduction = graph.edges.filter((edge) => roleOf(graph, edge.to) === 'production');
  const modules = drawModules(production, tree.packageFolders);
  const valueSuccessors = successorsOf(graph, inProduction);
  const imported = new Set(graph.edges.map((edge) => pathOf(graph, edge.to)));
  const value = inProduction.filter((edge) => edge.kind === 'value').length;

  return {
    schemaVersion: 1,
    files: { production: production.length, test: graph.files.length - production.length },
    edges: { value, type: inProduction.length - value },
    relativeImports: graph.localImports,
    resolvedShare: graph.localImports === 0 ? 1 : 1 - graph.unresolved.length / graph.localImports,
    unresolvedRelative: graph.unresolved,
    testImports: graph.edges
      .filter((edge) => roleOf(graph, edge.to) === 'test')
      .map((edge) => witnessOf(graph, edge))
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
    modules: summarizeModules(modules),
    moduleEdges: moduleEdgesOf(graph, inProduction, modules),
    cycles: strongComponents(valueSuccessors)
      .map((component) => describeCycle(graph, inProduction, component))
      .sort((a, b) => compareText(a.files[0] ?? '', b.files[0] ?? '')),
    skipped: graph.skipped
      .map((skip) => ({ ...skip, imported: imported.has(skip.path) }))
      .sort((a, b) => compareText(a.path, b.path) || compareText(a.reason, b.reason)),
    seesInjectedCycle: production.length < 2 || seesInjectedCycle(valueSuccessors),
  };
}

function successorsOf(graph: ImportGraph, edges: readonly Edge[]): number[][] {
  const successors = graph.files.map((): number[] => []);
  for (const { from, to, kind } of edges) if (kind === 'value') successors[from]?.push(to);
  return successors;
}

function summarizeModules(modules: ReadonlyMap<string, Module>): ArchitectureSnapshot['modules'] {
  const byName = new Map<string, ArchitectureSnapshot['modules'][number]>();
  for (const { name, package: owner } of modules.values()) {
    const summary = byName.get(name) ?? { name, package: owner, files: 0 };
    summary.files++;
    byName.set(name, summary);
  }
  return [...byName.values()].sort((a, b) => compareText(a.name, b.name));
}

/** The witness is a value import where there is one. */
function moduleEdgesOf(
  graph: ImportGraph,
  edges: readonly Edge[],
  modules: ReadonlyMap<string, Module>,
): ArchitectureSnapshot['moduleEdges'] {
  const byPair = new Map<string, ArchitectureSnapshot['moduleEdges'][number]>();
  for (const edge of edges.toSorted((a, b) => compareText(b.kind, a.kind))) {
    const from = modules.get(pathOf(graph, edge.from))?.name;
    const to = modules.get(pathOf(graph, edge.to))?.name;
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from}\0${to}`;
    const known = byPair.get(key);
    if (!known) byPair.set(key, { from, to, kinds: [edge.kind], witness: witnessOf(graph, edge) });
    else if (!known.kinds.includes(edge.kind)) known.kinds.push(edge.kind);
  }
  return [...byPair.values()].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}

/** A cycle's identity is its set of files: the order in which it was walked says nothing. */
function describeCycle(graph: ImportGraph, edges: readonly Edge[], component: readonly number[]): ArchitectureSnapshot['cycles'][number] {
  const members = component.toSorted((a, b) => compareText(pathOf(graph, a), pathOf(graph, b)));
  const position = new Map(members.map((member, index) => [member, index]));
  const files = members.map((member) => pathOf(graph, member));
  const inside = edges.flatMap(({ from, to, kind, line }): [number, number, number][] => {
    const [source, target] = [position.get(from), position.get(to)];
    return kind === 'value' && source !== undefined && target !== undefined ? [[source, target, line]] : [];
  });
  const id = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16);
  return { id, files, edges: inside.sort((a, b) => a[0] - b[0] || a[1] - b[1]) };
}

function witnessOf(graph: ImportGraph, edge: Edge) {
  return { from: pathOf(graph, edge.from), to: pathOf(graph, edge.to), line: edge.line };
}

function pathOf(graph: ImportGraph, index: number): string {
  return graph.files[index]?.path ?? '';
}

function roleOf(graph: ImportGraph, index: number) {
  return graph.files[index]?.role;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
