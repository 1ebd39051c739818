/** The two views of a graph that algorithms walk: value edges, and all edges. */
import { IMPORT_KIND } from '../facts/file-facts.ts';
import type { Adjacency, LinkedFile } from './source-graph.ts';

/** Node n is the file with id n; a file that is left out has no edges to or from it. */
export interface Views {
  value: Adjacency;
  all: Adjacency;
}

export function viewsOf(files: readonly (LinkedFile | undefined)[]): Views {
  const included = new Uint8Array(files.length);
  for (let id = 0; id < files.length; id++) if (files[id]?.role === 'production') included[id] = 1;
  return { value: view(files, included, IMPORT_KIND.VALUE), all: view(files, included, ~0) };
}

function view(files: readonly (LinkedFile | undefined)[], included: Uint8Array, kinds: number): Adjacency {
  const offsets = new Int32Array(files.length + 1);
  let sorted = new Int32Array(files.length * 4);
  let end = 0;
  for (let id = 0; id < files.length; id++) {
    offsets[id] = end;
    if (included[id] !== 1) continue;
    const { targets, kinds: bits } = files[id] as LinkedFile;
    if (end + targets.length > sorted.length) sorted = grown(sorted, end + targets.length);
    const start = end;
    for (let index = 0; index < targets.length; index++) {
      const target = targets[index] as number;
      if (target < 0 || target === id || included[target] !== 1 || ((bits[index] as number) & kinds) === 0) continue;
      end = insert(sorted, start, end, target);
    }
  }
  offsets[files.length] = end;
  return { count: files.length, offsets, targets: sorted.slice(0, end) };
}

/** Into the sorted stretch from `start` to `end`, unless it is there: files import few others, and mostly in order. @returns the new end */
function insert(sorted: Int32Array, start: number, end: number, value: number): number {
  let at = end;
  while (at > start && (sorted[at - 1] as number) > value) at--;
  if (at > start && sorted[at - 1] === value) return end;
  for (let index = end; index > at; index--) sorted[index] = sorted[index - 1] as number;
  sorted[at] = value;
  return end + 1;
}

function grown(list: Int32Array, atLeast: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(atLeast, list.length * 2));
  longer.set(list);
  return longer;
}
