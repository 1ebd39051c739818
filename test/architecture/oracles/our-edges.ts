/** What our instrument sees. */
import { type ArchitectureSnapshot, IMPORT_KIND } from '#architecture';
import { type EdgeKind, Edges } from './edges.ts';

/** All imports of one file of the tree by another, tests and declarations among them. */
export function edgesOf({ sources, specifiers, imports }: ArchitectureSnapshot): Edges {
  const edges = new Edges();
  for (const [from, to, kinds, , specifier] of imports) {
    if (to >= 0) edges.add(pathOf(from), pathOf(to), specifiers[specifier] ?? '', kindsOf(kinds));
  }
  return edges;

  function pathOf(source: number): string {
    return sources[source]?.[0] ?? '';
  }
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
