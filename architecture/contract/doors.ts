/** Modules that others enter by their index alone. */
import { posix } from 'node:path';
import { z } from 'zod';
import { perSnapshot } from './per-snapshot.ts';
import { foldersAbove, productionEdges } from './production-edges.ts';

/** Below this it is chance that all took the same way. */
const MIN_IMPORTS = 3;
const INDEX = /^(src\/)?(index|mod)\.[cm]?[jt]sx?$/;

export const Door = z.strictObject({
  /** A module's folder. */
  module: z.string(),
  /** The file that all others import. */
  entry: z.string(),
  /** Files outside that import it. */
  imports: z.int().positive(),
});
export type Door = z.infer<typeof Door>;

/**
 * A module has a door when at least three files outside import from it, and all of them its index. Sorted by module. Files lying loosely in a split
 * folder have none.
 */
export const findDoors = perSnapshot((snapshot): Door[] => {
  const names = new Set(snapshot.modules.map(({ name }) => name));
  const foreign = new Map<string, { entries: Set<string>; imports: number }>();
  for (const { from, to } of productionEdges(snapshot)) {
    for (const folder of foldersAbove(to)) {
      if (!names.has(folder) || isInside(from, folder)) continue;
      const known = foreign.get(folder) ?? { entries: new Set(), imports: 0 };
      foreign.set(folder, known);
      known.entries.add(to);
      known.imports++;
    }
  }
  return [...foreign].sort(byModule).flatMap(([module, { entries, imports }]): Door[] => {
    const [entry, ...others] = entries;
    const hasDoor = imports >= MIN_IMPORTS && entry !== undefined && others.length === 0 && INDEX.test(posix.relative(module, entry));
    return hasDoor ? [{ module, entry, imports }] : [];
  });
});

function byModule([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

export function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
