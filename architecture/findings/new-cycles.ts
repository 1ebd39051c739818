/** Import cycles that the base did not have. */
import type { Finding } from '#contracts';
import { shortenPath, shortestPath } from '../graph/shortest-path.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

type Cycle = ArchitectureSnapshot['cycles'][number];

/** A component is new when no base component holds all of its files: it arose, or one has grown. One that shrank or fell apart is not. */
export function findNewCycles(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  return head.cycles.flatMap((cycle) => {
    if (base.cycles.some((known) => new Set(cycle.files).isSubsetOf(new Set(known.files)))) return [];
    return [describe(cycle, base)];
  });
}

function describe(cycle: Cycle, base: ArchitectureSnapshot): Finding {
  const grownFrom = base.cycles
    .map((known) => new Set(known.files))
    .sort((a, b) => overlap(b, cycle) - overlap(a, cycle))
    .find((known) => overlap(known, cycle) > 1);
  const newcomer = cycle.files.findIndex((file) => !grownFrom?.has(file));
  const targets = Map.groupBy(cycle.edges, ([from]) => from);
  const path = shortestPath(newcomer, newcomer, (node) => (targets.get(node) ?? []).map(([, to]) => to)) ?? [];
  const witness = path.map((node) => cycle.files[node] as string);
  const line = cycle.edges.find(([from, to]) => from === path[0] && to === path[1])?.[2];
  const size = `${cycle.files.length} files are in it`;
  const what = grownFrom
    ? `An import cycle grew: ${size}, ${grownFrom.size} were before; ${witness[0]} now takes part`
    : `A new import cycle: ${size}`;
  return {
    id: `new-cycle:${cycle.id}`,
    rule: 'new-cycle',
    severity: 'gate',
    message: `${what}: ${shortenPath(witness).join(' -> ')}.`,
    place: { path: witness[0] ?? cycle.files[0] ?? '', ...(line === undefined ? {} : { line }) },
    witness,
  };
}

function overlap(known: ReadonlySet<string>, cycle: Cycle): number {
  return cycle.files.filter((file) => known.has(file)).length;
}
