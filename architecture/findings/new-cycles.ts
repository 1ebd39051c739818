/** Import cycles that the base did not have. */
import type { Finding } from '#contracts';
import { edgesBetween } from '../graph/imports.ts';
import { shortenPath, shortestPath } from '../graph/shortest-path.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

type Cycle = ArchitectureSnapshot['cycles'][number];

/** A component is new when no base component holds all of its files: it arose, or one has grown. One that shrank or fell apart is not. */
export function findNewCycles(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  const fresh = head.cycles.filter((cycle) => !base.cycles.some((known) => new Set(cycle.files).isSubsetOf(new Set(known.files))));
  if (fresh.length === 0) return [];
  const imports = valueImports(base);
  return fresh.map((cycle) => describe(cycle, base, imports));
}

/** The witness starts with an import that the base does not have: that one was written by the change, and a way round without it may be an old one. */
function describe(cycle: Cycle, base: ArchitectureSnapshot, known: ReadonlySet<string>): Finding {
  const grownFrom = base.cycles
    .map((each) => new Set(each.files))
    .sort((a, b) => overlap(b, cycle) - overlap(a, cycle))
    .find((each) => overlap(each, cycle) > 1);
  const newcomer = cycle.files.findIndex((file) => !grownFrom?.has(file));
  const nameOf = (node: number) => cycle.files[node] as string;
  const fresh = cycle.edges.filter(([from, to]) => !known.has(pair(nameOf(from), nameOf(to))));
  const [from, to, line] = (fresh.find((edge) => edge[0] === newcomer) ?? fresh[0] ?? cycle.edges[0]) as Cycle['edges'][number];
  const targets = Map.groupBy(cycle.edges, (edge) => edge[0]);
  const back = shortestPath(to, from, (node) => (targets.get(node) ?? []).map((edge) => edge[1])) ?? [];
  const witness = [from, ...back].map(nameOf);
  const size = `${cycle.files.length} files are in it`;
  const what = grownFrom
    ? `An import cycle grew: ${size}, ${grownFrom.size} were before; ${nameOf(newcomer)} now takes part`
    : `A new import cycle: ${size}`;
  return {
    id: `new-cycle:${cycle.id}`,
    rule: 'new-cycle',
    severity: 'gate',
    message: `${what}: ${shortenPath(witness).join(' -> ')}.`,
    place: { path: nameOf(from), line },
    witness,
  };
}

function valueImports({ sources, imports }: ArchitectureSnapshot): ReadonlySet<string> {
  const pathOf = (source: number) => (sources[source] as ArchitectureSnapshot['sources'][number])[0];
  return new Set(edgesBetween(imports, () => true).flatMap(({ from, to, isValue }) => (isValue ? [pair(pathOf(from), pathOf(to))] : [])));
}

function pair(from: string, to: string): string {
  return `${from}\n${to}`;
}

function overlap(known: ReadonlySet<string>, cycle: Cycle): number {
  return cycle.files.filter((file) => known.has(file)).length;
}
