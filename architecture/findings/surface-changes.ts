/** What a change did to the names that others import by a package's name. */
import type { Finding } from '#contracts';
import { compareSurfaces, type SurfaceChange } from '../surface/compare-surface.ts';
import type { PublicSurface } from '../surface/public-surface.ts';

/**
 * A name that left the surface breaks every consumer, so it is a gate. Changed and added declarations enter the statistics:
 * humans change the text of a public declaration in 18 % of their commits, and most of these changes break nobody.
 */
export function findSurfaceChanges(base: PublicSurface, head: PublicSurface): Finding[] {
  const { removed, changed, added, unreadable } = compareSurfaces(base, head);
  return [
    ...removed.map((change) => {
      const gone = change.asValue ? 'is no value any more, only a type' : 'is no longer exported';
      return finding('public-export-removed', 'gate', change, gone, 'is no longer published');
    }),
    ...unreadable.map((change) =>
      finding('public-export-unreadable', 'warn', change, 'cannot be read any more', 'leads to no source that could be found'),
    ),
    ...changed.map((change) => {
      const what =
        change.class === 'minor'
          ? 'can be given something optional more'
          : 'is declared differently; nobody can tell from its text whether its users notice';
      return finding('public-declaration-changed', 'record', change, what, '');
    }),
    ...added.map((change) => finding('public-export-added', 'record', change, 'is exported now', 'is published now')),
  ];
}

function finding(rule: string, severity: Finding['severity'], change: SurfaceChange, ofName: string, ofEntry: string): Finding {
  const { package: owner, name, entries, place } = change;
  const where = entries.map((entry) => (entry.startsWith('bin ') ? entry : owner + entry.slice(1))).join(', ');
  return {
    id: `${rule}:${owner} ${name ?? '*'} (${entries.join(', ')})`,
    rule,
    severity,
    message: name === undefined ? `${where} ${ofEntry}.` : `${name} of ${where} ${ofName}.`,
    place,
    witness: entries.map((entry) => `${owner} ${entry}${name === undefined ? '' : `: ${name}`}`),
  };
}
