/** Cycles as a snapshot holds them. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { compareText, type FileEdge } from './imports.ts';

/**
 * A strongly connected component of two files or more. Its identity is its set of files: the order in which it was walked says nothing.
 * `edges` are the imports inside: index of the importing file in `files`, index of the imported one, line. Sorted by first file.
 */
export const Cycle = z.strictObject({
  id: z.string(),
  files: z.array(z.string()).min(2),
  edges: z.array(z.tuple([z.int(), z.int(), z.int().positive()])),
});
export type Cycle = z.infer<typeof Cycle>;

/** The same for the same set of files, in whatever order; 16 hexadecimal digits. */
export function cycleId(files: readonly string[]): string {
  return hash('sha256', files.toSorted(compareText).join('\n')).slice(0, 16);
}

/** @param components of file indices @param edges of the graph the components were found in */
export function describeCycles(
  components: readonly (readonly number[])[],
  edges: readonly FileEdge[],
  pathOf: (file: number) => string,
): Cycle[] {
  const place = new Map<number, { cycle: Cycle; index: number }>();
  const cycles = components.map((component) => {
    const members = component.toSorted((a, b) => compareText(pathOf(a), pathOf(b)));
    const files = members.map(pathOf);
    const cycle: Cycle = { id: cycleId(files), files, edges: [] };
    for (const [index, member] of members.entries()) place.set(member, { cycle, index });
    return cycle;
  });
  for (const { from, to, line } of edges) {
    const [source, target] = [place.get(from), place.get(to)];
    if (source && target && source.cycle === target.cycle) source.cycle.edges.push([source.index, target.index, line]);
  }
  for (const { edges } of cycles) edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return cycles.sort((a, b) => compareText(a.files[0] ?? '', b.files[0] ?? ''));
}
