/** What our instrument sees. */
import { type Architecture, IMPORT_KIND } from '#architecture';
import { type EdgeKind, Edges } from './edges.ts';

/** All imports of one file of the tree by another, tests and declarations among them. */
export function edgesOf({ graph: { files } }: Architecture): Edges {
  const edges = new Edges();
  for (const file of files) {
    for (const [index, { specifier }] of (file?.links.imports ?? []).entries()) {
      const target = files[file?.targets[index] ?? -1];
      if (file && target) edges.add(file.path, target.path, specifier, kindsOf(file.kinds[index] ?? 0));
    }
  }
  return edges;
}

export function pathsOf({ graph }: Architecture): string[] {
  return graph.files.flatMap((file) => file?.path ?? []).sort();
}

function kindsOf(bits: number): EdgeKind[] {
  const has = (bit: number) => (bits & bit) !== 0;
  return [
    has(IMPORT_KIND.VALUE) ? 'value' : 'type',
    ...(has(IMPORT_KIND.RE_EXPORT) ? ['re-export' as const] : []),
    ...(has(IMPORT_KIND.DYNAMIC) ? ['dynamic' as const] : []),
    ...(has(IMPORT_KIND.REQUIRE) ? ['require' as const] : []),
    ...(has(IMPORT_KIND.URL) ? ['url' as const] : []),
    ...(has(IMPORT_KIND.TRIPLE_SLASH) ? ['reference' as const] : []),
  ];
}
