/** Draws modules and what depends on what, with what a change adds and takes away. */
import type { ContractPicture, Finding, PictureEdgeState } from '#contracts';
import { rankModules } from '../contract/layers.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { alignModules, edgeKey, type ModuleEdge, type ModuleGraph } from './common-modules.ts';
import { findRenames, followRenames } from './renames.ts';

/**
 * Pure. Ranks are those of the base, so that what a change turns round points up; a module that is new has its rank from what it depends on.
 * With the base for both the picture is that of the contract.
 * @param findings of comparing the two: they say which new edges are forbidden, and why
 */
export function drawPicture(base: ArchitectureSnapshot, head: ArchitectureSnapshot, findings: readonly Finding[]): ContractPicture {
  const [before, after] = alignModules([followRenames(base, findRenames(base, head)), head]) as [ModuleGraph, ModuleGraph];
  const names = [...new Set([...before.modules.keys(), ...after.modules.keys()])].sort();
  const isYoung = ({ from, to }: ModuleEdge) => !before.modules.has(from) || !before.modules.has(to);
  const places = rankModules(names, [...before.edges.values(), ...[...after.edges.values()].filter(isYoung)]);
  const reasons = forbiddenEdges(after, findings);
  const edge = (each: ModuleEdge, state: PictureEdgeState): ContractPicture['edges'][number] => {
    const reason = state === 'forbidden' ? reasons.get(edgeKey(each.from, each.to)) : undefined;
    const kind = each.kinds.includes('value') ? 'value' : 'type';
    return { from: each.from, to: each.to, kind, state, ...(reason === undefined ? {} : { reason }) };
  };
  const present = [...after.edges].map(([key, each]) =>
    edge(each, reasons.has(key) ? 'forbidden' : before.edges.has(key) ? 'allowed' : 'new'),
  );
  const gone = [...before.edges].flatMap(([key, each]) => (after.edges.has(key) ? [] : [edge(each, 'gone')]));
  return {
    nodes: names.map((name) => ({
      name,
      package: after.packageOf(name),
      files: after.modules.get(name) ?? 0,
      ...(places.get(name) ?? { rank: 0, inCycle: false }),
    })),
    edges: [...present, ...gone].sort((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1)),
  };
}

/** Edges by which a finding says that a rule is broken or a cycle of modules is closed, with its words. */
function forbiddenEdges(graph: ModuleGraph, findings: readonly Finding[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { rule, witness, message } of findings) {
    const [from, to] = rule === 'module-cycle' ? (witness[0]?.split(' -> ') ?? []) : rule === 'declared-rule' ? witness : [];
    const ends = [from, to].map((path) => path && graph.moduleOf(path));
    if (ends[0] && ends[1] && ends[0] !== ends[1]) reasons.set(edgeKey(ends[0], ends[1]), message);
  }
  return reasons;
}
