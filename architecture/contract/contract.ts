/** What a change is held to: the architecture of the base as it is, and what its people state. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Cycle } from '../graph/cycles.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { DeclaredRules } from './declared-rules.ts';
import { Door, findDoors } from './doors.ts';
import { externalUses } from './externals.ts';
import { rankModules } from './layers.ts';

/**
 * Plain and complete: stored with a trial, and equal for equal trees on every machine. Lists are sorted.
 * Source: a reflexion model whose map is drawn from the code itself, Murphy, Notkin and Sullivan, TSE 27(4), 2001: edges of the base are its
 * convergences, edges that a change adds its divergences.
 */
export const Contract = z.strictObject({
  schemaVersion: z.literal(1),
  /** SHA-256 of all the rest, hexadecimal: a contract is never edited, another one takes its place. */
  id: z.string().length(64),
  /** Every production file belongs to one. `rank` and `inCycle` as in `layers.ts`. */
  modules: z.array(
    z.strictObject({
      name: z.string(),
      package: z.string(),
      files: z.int().positive(),
      rank: z.int().nonnegative(),
      inCycle: z.boolean(),
    }),
  ),
  /** Dependencies between modules that are there and so are allowed; `type` when no import between the two runs. */
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), kind: z.enum(['value', 'type']) })),
  /** Import cycles that are there: frozen, each by its identity. Of the value graph, and of the graph with types. */
  cycles: z.array(Cycle.pick({ id: true, files: true })),
  allCycles: z.array(Cycle.pick({ id: true, files: true })),
  doors: z.array(Door),
  /** Names of external packages that each package of the tree uses, by its folder. */
  externals: z.array(z.strictObject({ package: z.string(), names: z.array(z.string()).min(1) })),
  /** What packages offer to others, by their names and published entries. */
  surface: z.array(z.strictObject({ package: z.string(), entry: z.string(), names: z.array(z.string()) })),
  declared: DeclaredRules,
});
export type Contract = z.infer<typeof Contract>;

/** Pure. */
export function inferContract(base: ArchitectureSnapshot, declared: DeclaredRules): Contract {
  const places = rankModules(
    base.modules.map(({ name }) => name),
    base.moduleEdges,
  );
  const externals = Map.groupBy(externalUses(base), (use) => use.package);
  const content: Omit<Contract, 'id'> = {
    schemaVersion: 1,
    modules: base.modules.map((module) => ({ ...module, ...(places.get(module.name) ?? { rank: 0, inCycle: false }) })),
    edges: base.moduleEdges.map(({ from, to, kinds }) => ({ from, to, kind: kinds.includes('value') ? 'value' : 'type' })),
    cycles: base.cycles.map(({ id, files }) => ({ id, files })),
    allCycles: base.allCycles.map(({ id, files }) => ({ id, files })),
    doors: findDoors(base),
    externals: [...externals].map(([folder, uses]) => ({ package: folder, names: uses.map(({ name }) => name) })),
    surface: surfaceOf(base.surface),
    declared,
  };
  return { ...content, id: createHash('sha256').update(canonical(content)).digest('hex') };
}

function surfaceOf({ packages, modules }: ArchitectureSnapshot['surface']): Contract['surface'] {
  const names = new Map(modules.map((module) => [module.path, module.names.map(([name]) => name)]));
  return packages.flatMap(({ name, entries }) => entries.map(([entry, path]) => ({ package: name, entry, names: names.get(path) ?? [] })));
}

/** JSON with the keys of every object in order: equal for equal content, however it was put together. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
