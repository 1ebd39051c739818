/** Draws the modules of several snapshots alike, so that their edges can be compared. */
import { shortestPath } from '../graph/shortest-path.ts';
import type { ImportWitness } from '../graph/imports.ts';
import type { ImportKind } from '../graph/modules.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

export interface ModuleEdge {
  from: string;
  to: string;
  kinds: ImportKind[];
  witness: ImportWitness;
}

/** Module edges by `from -> to`, and for each module its package. */
export interface ModuleGraph {
  /** Name -> number of files. */
  modules: Map<string, number>;
  edges: Map<string, ModuleEdge>;
  packageOf: (module: string) => string;
  /** The module of a production file. */
  moduleOf: (path: string) => string | undefined;
}

/**
 * A folder that grows from 40 files to 41 is split in one snapshot and whole in the other; its edges would all look new.
 * So each module takes the coarsest name that any of the snapshots gives it: compared is what all of them can tell apart.
 */
export function alignModules(snapshots: readonly ArchitectureSnapshot[]): ModuleGraph[] {
  const packages = new Map(snapshots.flatMap((snapshot) => snapshot.modules.map((module) => [module.name, module.package])));
  const packageOf = (module: string) => packages.get(module) ?? '.';
  const coarsest = new Map<string, string>();
  for (const module of packages.keys()) coarsest.set(module, coverOf(module, packages));
  return snapshots.map((snapshot) => {
    const moduleOf = new Map(snapshot.sources.map(([path, , module]) => [path, coarsest.get(snapshot.modules[module]?.name ?? '')]));
    const modules = mergeModules(snapshot, coarsest);
    return { modules, edges: mergeEdges(snapshot, coarsest), packageOf, moduleOf: (path) => moduleOf.get(path) };
  });
}

function mergeModules(snapshot: ArchitectureSnapshot, coarsest: ReadonlyMap<string, string>): Map<string, number> {
  const modules = new Map<string, number>();
  for (const { name, files } of snapshot.modules) {
    const merged = coarsest.get(name) ?? name;
    modules.set(merged, (modules.get(merged) ?? 0) + files);
  }
  return modules;
}

/** A folder's name covers all below it in the same package; `folder/*` covers nothing else. */
function coverOf(module: string, packages: ReadonlyMap<string, string>): string {
  const owner = packages.get(module) ?? '.';
  let cover = module;
  for (let path = parent(module); ; path = parent(path)) {
    if (packages.get(path) === owner) cover = path;
    if (path === '.' || path === owner) return cover;
  }
}

function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash);
}

function mergeEdges(snapshot: ArchitectureSnapshot, coarsest: ReadonlyMap<string, string>): Map<string, ModuleEdge> {
  const edges = new Map<string, ModuleEdge>();
  for (const edge of snapshot.moduleEdges) {
    const from = coarsest.get(edge.from) ?? edge.from;
    const to = coarsest.get(edge.to) ?? edge.to;
    if (from === to) continue;
    const key = edgeKey(from, to);
    const known = edges.get(key);
    if (known) known.kinds = [...new Set([...known.kinds, ...edge.kinds])];
    else edges.set(key, { ...edge, from, to });
  }
  return edges;
}

export function edgeKey(from: string, to: string): string {
  return `${from} -> ${to}`;
}

/**
 * The part of the graph in which a cycle through this edge would count: packages among each other, or the modules of one package.
 * Files lying loosely in a split folder (`src/*`) are left out: `src/main.ts` uses everything and everything may use `src/config.ts`.
 */
export class CycleLevel {
  readonly #successors = new Map<string, Map<string, ModuleEdge>>();
  readonly #nameOf: (module: string) => string;

  constructor(graph: ModuleGraph, edge: Pick<ModuleEdge, 'from' | 'to'>) {
    const acrossPackages = crosses(graph, edge);
    const owner = graph.packageOf(edge.from);
    this.#nameOf = acrossPackages ? graph.packageOf : (module) => module;
    for (const each of graph.edges.values()) {
      if (crosses(graph, each) !== acrossPackages) continue;
      if (!acrossPackages && (graph.packageOf(each.from) !== owner || isLoose(each.from) || isLoose(each.to))) continue;
      const targets = this.#successors.get(this.#nameOf(each.from)) ?? new Map<string, ModuleEdge>();
      this.#successors.set(this.#nameOf(each.from), targets);
      if (!targets.has(this.#nameOf(each.to))) targets.set(this.#nameOf(each.to), each);
    }
  }

  has(edge: Pick<ModuleEdge, 'from' | 'to'>): boolean {
    return this.#successors.get(this.#nameOf(edge.from))?.has(this.#nameOf(edge.to)) ?? false;
  }

  /** The edges of the shortest cycle through this edge, which comes first; nothing when it closes none. */
  cycleThrough(edge: ModuleEdge): { names: string[]; edges: ModuleEdge[] } | undefined {
    if (!this.has(edge)) return undefined;
    const [from, to] = [this.#nameOf(edge.from), this.#nameOf(edge.to)];
    const back = shortestPath(to, from, (node) => this.#successors.get(node)?.keys() ?? []);
    if (!back) return undefined;
    const rest = back.slice(1).flatMap((name, index) => this.#successors.get(back[index] as string)?.get(name) ?? []);
    return { names: [from, ...back], edges: [edge, ...rest] };
  }

  /** Whether the two ends already lay on one cycle. */
  joins(edge: Pick<ModuleEdge, 'from' | 'to'>): boolean {
    const [from, to] = [this.#nameOf(edge.from), this.#nameOf(edge.to)];
    const reach = (start: string, goal: string) =>
      shortestPath(start, goal, (node) => this.#successors.get(node)?.keys() ?? []) !== undefined;
    return reach(from, to) && reach(to, from);
  }
}

/** Whether an edge leads from one package to another. */
export function crosses(graph: ModuleGraph, edge: Pick<ModuleEdge, 'from' | 'to'>): boolean {
  return graph.packageOf(edge.from) !== graph.packageOf(edge.to);
}

function isLoose(module: string): boolean {
  return module.endsWith('/*');
}
