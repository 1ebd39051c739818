/** Modules that others enter by their index alone. */
import { posix } from 'node:path';
import { z } from 'zod';
import { edgesBetween } from '../graph/imports.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

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
 * A module has a door when at least three files outside import from it, and all of them its index. Sorted by module. Files lying loosely in a split folder have none.
 */
export function findDoors({ sources, imports, modules }: ArchitectureSnapshot): Door[] {
  const isProduction = (file: number) => sources[file]?.[1] === 'production';
  const edges = edgesBetween(imports, (from, to) => isProduction(from) && isProduction(to)).map(
    ({ from, to }) => [pathOf(from), pathOf(to)] as const,
  );
  function pathOf(file: number): string {
    return sources[file]?.[0] ?? '';
  }
  return modules.flatMap(({ name }): Door[] => {
    if (name === '.' || name.endsWith('/*')) return [];
    const foreign = edges.filter(([from, to]) => isInside(to, name) && !isInside(from, name));
    const [entry, ...others] = new Set(foreign.map(([, to]) => to));
    if (foreign.length < MIN_IMPORTS || entry === undefined || others.length > 0 || !INDEX.test(posix.relative(name, entry))) return [];
    return [{ module: name, entry, imports: foreign.length }];
  });
}

export function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
