/** The two views of a graph that algorithms walk: value edges, and all edges. */
import { IMPORT_KIND } from '../facts/file-facts.ts';
import type { Adjacency, LinkedFile } from './source-graph.ts';

/** Node n is the file with id n; a file that is left out has no edges to or from it. */
export interface Views {
  value: Adjacency;
  all: Adjacency;
}

export function viewsOf(files: readonly (LinkedFile | undefined)[]): Views {
  const production = Uint8Array.from(files, (file) => (file?.role === 'production' ? 1 : 0));
  return { value: view(files, production, IMPORT_KIND.VALUE), all: view(files, production, ~0) };
}

function view(files: readonly (LinkedFile | undefined)[], included: Uint8Array, kinds: number): Adjacency {
  const offsets = new Int32Array(files.length + 1);
  const targets: number[] = [];
  for (let id = 0; id < files.length; id++) {
    const file = files[id];
    offsets[id] = targets.length;
    if (!file || included[id] !== 1) continue;
    const start = targets.length;
    for (let index = 0; index < file.targets.length; index++) {
      const target = file.targets[index] as number;
      if (target < 0 || target === id || included[target] !== 1 || ((file.kinds[index] as number) & kinds) === 0) continue;
      insert(targets, start, target);
    }
  }
  offsets[files.length] = targets.length;
  return { count: files.length, offsets, targets: Int32Array.from(targets) };
}

/** Into the sorted end of a list, unless it is there: files import few others, and mostly in order. */
function insert(sorted: number[], start: number, value: number): void {
  let at = sorted.length;
  while (at > start && (sorted[at - 1] as number) > value) at--;
  if (at > start && sorted[at - 1] === value) return;
  sorted.push(value);
  for (let index = sorted.length - 1; index > at; index--) sorted[index] = sorted[index - 1] as number;
  sorted[at] = value;
}
