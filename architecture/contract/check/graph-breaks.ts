/** Finds what a rule says of the graph as a whole: cycles, reachability, orphans, dependents. */
import { cycleId } from '../../graph/cycles.ts';
import { shortenPath, shortestPath } from '../../graph/shortest-path.ts';
import type { RulePattern } from '../declared-rules.ts';
import { componentsOf } from '../layers.ts';
import { fileTest, pathTest } from './path-tests.ts';
import type { RuleBreak, RuleSight } from './rule-break.ts';
import { isMeant } from './rule-graph.ts';

type Of<Kind extends RulePattern['kind']> = RuleSight<Extract<RulePattern, { kind: Kind }>>;

export function cycles(sight: Of<'cycle'>): RuleBreak[] {
  const { rule, pattern, graph, seen, files, imports } = sight;
  const inside = pattern.inside && pathTest(pattern.inside);
  const isInside = new Set(files.filter((file) => !inside || inside(seen(graph.path(file)))));
  const [from, to] = [fileTest(pattern.from), pattern.to && pathTest(pattern.to)];
  const edges = imports.filter(
    (each) => each.to >= 0 && each.to !== each.from && isMeant(each, pattern.imports) && isInside.has(each.from) && isInside.has(each.to),
  );
  const successors = Map.groupBy(edges, (edge) => edge.from);
  const next = (file: number) => (successors.get(file) ?? []).map((edge) => edge.to);
  return componentsOf(graph.files.length, edges).flatMap((component): RuleBreak[] => {
    const members = new Set(component);
    for (const edge of edges) {
      if (!members.has(edge.from) || !members.has(edge.to)) continue;
      const groups = from(seen(graph.path(edge.from)));
      if (!groups || (to && !to(seen(graph.path(edge.to)), groups))) continue;
      const back = shortestPath(edge.to, edge.from, (file) => next(file).filter((each) => members.has(each)));
      if (!back || (pattern.maxLength !== undefined && back.length > pattern.maxLength)) continue;
      const witness = [edge.from, ...back].map((file) => graph.path(file));
      const paths = component.map((file) => graph.path(file)).sort();
      return [
        {
          rule,
          from: graph.path(edge.from),
          to: cycleId(paths),
          line: edge.line,
          witness,
          what: `${graph.path(edge.from)} lies on an import cycle of ${members.size} files: ${shortenPath(witness).join(' -> ')}`,
          instead: 'Move what both sides need into a file that imports neither, or pass it in as an argument.',
          members: paths,
        },
      ];
    }
    return [];
  });
}

export function reachability(sight: Of<'reachability'>): RuleBreak[] {
  const { rule, pattern, graph, seen, files } = sight;
  const [from, to] = [fileTest(pattern.from), pathTest(pattern.to)];
  const next = (file: number) =>
    (graph.outgoing[file] ?? []).flatMap((each) => (each.to >= 0 && isMeant(each, pattern.imports) ? [each.to] : []));
  const starts = files.flatMap((file) => {
    const groups = from(seen(graph.path(file)));
    return groups ? [{ file, groups }] : [];
  });
  if (!pattern.forbidden) {
    const reached = reachedFrom(
      starts.map(({ file }) => file),
      next,
    );
    return files
      .filter((file) => to(seen(graph.path(file))) && !reached.has(file))
      .map((file) => {
        const path = graph.path(file);
        return {
          rule,
          from: path,
          witness: [path],
          what: `${path} is reached from none of the files it must be reached from`,
          instead: 'Use it from there, or remove it.',
        };
      });
  }
  return starts.flatMap(({ file, groups }) => {
    const cameFrom = reachedFrom([file], next);
    const path = graph.path(file);
    return [...cameFrom.keys()]
      .filter((goal) => goal !== file && to(seen(graph.path(goal)), groups))
      .map((goal) => {
        const witness: string[] = [];
        for (let node: number | undefined = goal; node !== undefined; node = cameFrom.get(node)) witness.unshift(graph.path(node));
        const first = graph.outgoing[file]?.find((each) => each.target === witness[1]);
        return {
          rule,
          from: path,
          to: graph.path(goal),
          ...(first ? { line: first.line } : {}),
          witness,
          what: `${path} reaches ${graph.path(goal)}: ${shortenPath(witness).join(' -> ')}`,
          instead: 'Cut the way at the import that belongs there least.',
        };
      });
  });
}

export function orphans({ rule, pattern, graph, seen, files }: Of<'orphan'>): RuleBreak[] {
  const test = fileTest(pattern.files);
  return files
    .filter((file) => test(seen(graph.path(file))) && !graph.outgoing[file]?.some(({ to }) => to >= 0) && !graph.incoming[file]?.length)
    .map((file) => {
      const path = graph.path(file);
      return {
        rule,
        from: path,
        witness: [path],
        what: `${path} imports no file and no file imports it`,
        instead: 'Use it, or remove it.',
      };
    });
}

export function dependents({ rule, pattern, graph, seen, files }: Of<'dependents'>): RuleBreak[] {
  const [test, by] = [fileTest(pattern.files), pathTest(pattern.by)];
  const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = pattern;
  return files.flatMap((file): RuleBreak[] => {
    const path = graph.path(file);
    if (!test(seen(path))) return [];
    const importers = new Set(graph.incoming[file]?.filter((each) => isMeant(each, pattern.imports)).map((each) => graph.path(each.from)));
    const count = [...importers].filter((importer) => by(seen(importer))).length;
    if (count >= atLeast && count <= atMost) return [];
    const what =
      count < atLeast
        ? `${path} is imported by ${count} files, fewer than ${atLeast}`
        : `${path} is imported by ${count} files, more than ${atMost}`;
    const instead = count < atLeast ? 'Keep it where it is used.' : 'Split it, or let fewer files depend on it.';
    return [{ rule, from: path, witness: [path], what, instead }];
  });
}

/** Each node reached, with the one it was first reached from; breadth first, so the ways are the shortest. */
function reachedFrom(starts: readonly number[], next: (file: number) => number[]): Map<number, number | undefined> {
  const cameFrom = new Map<number, number | undefined>(starts.map((file) => [file, undefined]));
  const queue = [...starts];
  for (const file of queue) {
    for (const each of next(file)) {
      if (cameFrom.has(each)) continue;
      cameFrom.set(each, file);
      queue.push(each);
    }
  }
  return cameFrom;
}
