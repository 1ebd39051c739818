/** What the architecture of the base says about a file before it is edited, or before it exists. */
import type { FileRules } from '#contracts';
import type { DeclaredRules } from '../contract/declared-rules.ts';
import { foldersAbove } from '../contract/production-edges.ts';
import { alignModules, CycleLevel, edgeKey, type ModuleEdge, type ModuleGraph } from '../findings/common-modules.ts';
import { isSource, roleOf } from '../tree/source-files.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { rulesForFile } from './rules-for-file.ts';

/** @returns what tells the rules of one path after the other. Paths are relative to the opened folder. */
export function fileRules(base: ArchitectureSnapshot, declared: DeclaredRules): (path: string) => FileRules {
  const moduleOf = moduleFinder(base);
  const [graph] = alignModules([base]) as [ModuleGraph];
  const names = base.modules.map(({ name }) => name);
  const known = new Map<string, ModuleRules>();
  const rulesOf = (module: string | null): ModuleRules => {
    const edges = [...graph.edges.values()].filter(({ from }) => from === module);
    return {
      module,
      mayImport: edges.map(({ to, kinds }) => ({ module: to, typesOnly: !kinds.includes('value') })).sort(byModule),
      closesCycle: module === null ? [] : names.filter((to) => to !== module && wouldClose(graph, { from: module, to })),
    };
  };
  return (path) => {
    const module = moduleOf(path);
    const rules = known.get(module ?? '') ?? rulesOf(module);
    known.set(module ?? '', rules);
    return { path, ...rules, stated: rulesForFile(declared, path) };
  };
}

type ModuleRules = Omit<FileRules, 'path' | 'stated'>;

/** A file that is new belongs where its neighbours do. */
function moduleFinder({ sources, modules, packages }: ArchitectureSnapshot): (path: string) => string | null {
  const own = new Map(sources.map(([path, , module]) => [path, modules[module]?.name ?? null]));
  const names = new Set(modules.map(({ name }) => name));
  const packageFolders = new Set(packages.map(({ folder }) => folder));
  return (path) => {
    const known = own.get(path);
    if (known !== undefined) return known;
    if (!isSource(path) || roleOf(path, { packageFolders }) !== 'production') return null;
    const folders = [...foldersAbove(path), '.'];
    const loose = `${folders[0]}/*`;
    return names.has(loose) ? loose : (folders.find((folder) => names.has(folder)) ?? null);
  };
}

/** Whether a first import of this kind would be the gate `module-cycle`. */
function wouldClose(graph: ModuleGraph, { from, to }: Pick<ModuleEdge, 'from' | 'to'>): boolean {
  if (graph.edges.has(edgeKey(from, to))) return false;
  const edge: ModuleEdge = { from, to, kinds: ['value'], witness: { from, to, line: 1 } };
  const before = new CycleLevel(graph, edge);
  if (before.has(edge) || before.joins(edge)) return false;
  const after = { ...graph, edges: new Map([...graph.edges, [edgeKey(from, to), edge]]) };
  return new CycleLevel(after, edge).cycleThrough(edge) !== undefined;
}

function byModule(a: { module: string }, b: { module: string }): number {
  return a.module < b.module ? -1 : 1;
}
