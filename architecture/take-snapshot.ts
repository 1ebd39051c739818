/** Draws the snapshot of a linked graph. */
import type { CloneIndex } from './drift/clone-index.ts';
import { complexFunctions } from './drift/complex-functions.ts';
import { measure } from './drift/measure.ts';
import type { Views } from './graph/adjacency.ts';
import { describeCycles } from './graph/cycles.ts';
import { compareText, edgesBetween, listImports } from './graph/imports.ts';
import { seesInjectedCycle } from './graph/injected-cycle.ts';
import type { LiveGraph } from './graph/live-graph.ts';
import { drawModules, moduleEdges, summarizeModules } from './graph/modules.ts';
import { isLocal, packageName } from './graph/resolution.ts';
import { NO_FILE } from './graph/source-graph.ts';
import type { Components } from './graph/strong-components.ts';
import type { ArchitectureSnapshot } from './snapshot.ts';
import type { LiveSurface } from './surface/live-surface.ts';
import { buildOutput } from './tree/build-output.ts';
import { summarizePackage } from './tree/package-sources.ts';
import type { SkippedFile } from './tree/skipped.ts';

export function takeSnapshot(
  graph: LiveGraph,
  views: Views,
  components: Record<keyof Views, Components>,
  indexes: { clones: CloneIndex; surface: LiveSurface },
): ArchitectureSnapshot {
  const clones = indexes.clones.read();
  const { files, specifiers, imports } = listImports(graph);
  const pathOf = (file: number) => files[file]?.path ?? '';
  const roleOf = (file: number) => files[file]?.role;
  const isProduction = (file: number) => roleOf(file) === 'production';
  const production = files.filter((file) => file.role === 'production');
  const edges = edgesBetween(imports, (from, to) => isProduction(from) && isProduction(to));
  const valueEdges = edges.filter((edge) => edge.isValue);
  const modules = drawModules(
    production.map((file) => file.path),
    graph.packages.map(({ folder }) => folder),
  );
  const summaries = summarizeModules(modules);
  const moduleIndex = new Map(summaries.map(({ name }, index) => [name, index]));
  const position = new Map(files.map(({ id }, index) => [id, index]));
  const inSnapshot = (components: Components) => components.map((ids) => ids.map((id) => position.get(id) as number));

  const local = imports.filter(([from, , , , specifier]) => isProduction(from) && isLocal(specifiers[specifier] ?? ''));
  const missing = local.filter(([, to]) => to === NO_FILE.UNRESOLVED);
  // The file that says so is read only where something is missing: a snapshot is taken at every look.
  const isBuilt = missing.length === 0 ? () => false : buildOutput(graph.tree.root);
  const unresolved = missing.map(([from, , , line, index]) => {
    const [path, specifier] = [pathOf(from), specifiers[index] ?? ''];
    return { path, specifier, line, isBuilt: isBuilt(path, specifier) };
  });
  const lost = unresolved.filter((each) => !each.isBuilt).length;
  const foreign = imports.filter(([from, to]) => isProduction(from) && (to === NO_FILE.EXTERNAL || to === NO_FILE.MISSING));
  return {
    schemaVersion: 2,
    files: { production: production.length, test: files.length - production.length },
    edges: { value: valueEdges.length, type: edges.length - valueEdges.length },
    relativeImports: local.length,
    resolvedShare: local.length === 0 ? 1 : 1 - lost / local.length,
    unresolvedRelative: unresolved,
    testImports: edgesBetween(imports, (from, to) => isProduction(from) && roleOf(to) === 'test').map(({ from, to, line }) => ({
      from: pathOf(from),
      to: pathOf(to),
      line,
    })),
    sources: files.map(({ path, role }) => [path, role, moduleIndex.get(modules.get(path)?.name ?? '') ?? -1]),
    specifiers,
    imports,
    packages: graph.packages.map(summarizePackage),
    modules: summaries,
    moduleEdges: moduleEdges(edges, pathOf, modules),
    cycles: describeCycles(inSnapshot(components.value), valueEdges, pathOf),
    allCycles: describeCycles(inSnapshot(components.all), edges, pathOf),
    functions: complexFunctions(graph.files),
    clones,
    metrics: measure({
      files: graph.files,
      ...views,
      moduleOf: (path) => modules.get(path)?.name ?? '',
      clones,
      externalDependencies: new Set(foreign.map(([, , , , specifier]) => packageName(specifiers[specifier] ?? ''))).size,
    }),
    ...indexes.surface.read(graph),
    skipped: skippedFiles(graph),
    notes: [...graph.notes],
    seesInjectedCycle: production.length < 2 || seesInjectedCycle(views),
  };
}

function skippedFiles(graph: LiveGraph): SkippedFile[] {
  const links = Array.from(graph.tree.links, (path): SkippedFile => ({ path, reason: 'symbolic-link', imported: false }));
  const unread = graph.files.flatMap((file): SkippedFile[] => {
    const reason = file && graph.skipReasonOf(file.id);
    if (!reason) return [];
    const imported = [...graph.importersOf(file.id)].some((id) => graph.files[id]?.role === 'production');
    return [{ path: file.path, reason, imported }];
  });
  return [...links, ...unread].sort((a, b) => compareText(a.path, b.path) || compareText(a.reason, b.reason));
}
