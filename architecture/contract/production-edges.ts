/** Imports between production files by path: what most findings look at. */
import { edgesBetween } from '../graph/imports.ts';
import { perSnapshot } from './per-snapshot.ts';

export interface ProductionEdge {
  from: string;
  to: string;
  /** Counted from 1. */
  line: number;
}

/** One for each pair of files, sorted by both. */
export const productionEdges = perSnapshot(({ sources, imports }): ProductionEdge[] => {
  const paths = sources.map(([path]) => path);
  const isProduction = Uint8Array.from(sources, ([, role]) => (role === 'production' ? 1 : 0));
  return edgesBetween(imports, (from, to) => isProduction[from] === 1 && isProduction[to] === 1).map(({ from, to, line }) => ({
    from: paths[from] as string,
    to: paths[to] as string,
    line,
  }));
});

/** The folders above a path, the nearest first, without the root. */
export function* foldersAbove(path: string): Iterable<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) yield path.slice(0, slash);
}
