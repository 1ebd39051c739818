/** Files that a change left without an importer. */
import type { Finding } from '#contracts';
import type { UnusedExports } from '../surface/export-uses.ts';

/** Recorded: a file may be loaded by a framework's convention, which no import shows. */
export function findOrphans(base: UnusedExports, head: UnusedExports): Finding[] {
  const known = new Set(base.orphans.map(({ path }) => path));
  return head.orphans
    .filter(({ path }) => !known.has(path))
    .map(({ path, onlyTests }) => ({
      id: `orphan:${path}`,
      rule: 'orphan',
      severity: 'record',
      message: onlyTests
        ? `${path} is imported by tests and by no program: delete both, or use it.`
        : `Nothing imports ${path}, and no manifest names it: use it, or delete it.`,
      place: { path },
      witness: [path],
    }));
}
