/** Dependencies between two folders that the base did not have, though it had both folders. */
import { posix } from 'node:path';
import type { Finding } from '#contracts';
import { edgesBetween } from '../graph/imports.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { edgeKey, type ModuleGraph } from './common-modules.ts';

/**
 * Modules are coarse: a shortcut inside of one, or between two that know each other already, is no new module edge. Cycle rules miss 95 %
 * of blind shortcuts, edges between folders show 76 to 99 % of them, and 7 % of 720 human commits have one, so it is recorded and no more.
 */
export function findNewFolderEdges(
  base: ArchitectureSnapshot,
  head: ArchitectureSnapshot,
  { before, after }: { before: ModuleGraph; after: ModuleGraph },
): Finding[] {
  const known = new Set(folderEdges(base).map(({ from, to }) => edgeKey(posix.dirname(from), posix.dirname(to))));
  const folders = new Set(base.sources.flatMap(([path, role]) => (role === 'production' ? [posix.dirname(path)] : [])));
  const findings = new Map<string, Finding>();
  for (const { from, to, line } of folderEdges(head)) {
    const [source, target] = [posix.dirname(from), posix.dirname(to)];
    const key = edgeKey(source, target);
    const modules = [after.moduleOf(from), after.moduleOf(to)] as const;
    const isTold = modules[0] !== modules[1] && !before.edges.has(edgeKey(modules[0] ?? '', modules[1] ?? ''));
    if (known.has(key) || isTold || !folders.has(source) || !folders.has(target) || findings.has(key)) continue;
    findings.set(key, {
      id: `new-folder-edge:${key}`,
      rule: 'new-folder-edge',
      severity: 'record',
      message: `Files of ${source} now import from ${target}; none did before.`,
      place: { path: from, line },
      witness: [edgeKey(from, to)],
    });
  }
  return [...findings.values()];
}

function folderEdges({ sources, imports }: ArchitectureSnapshot): { from: string; to: string; line: number }[] {
  const isProduction = (file: number) => sources[file]?.[1] === 'production';
  const path = (file: number) => sources[file]?.[0] ?? '';
  return edgesBetween(imports, (from, to) => isProduction(from) && isProduction(to))
    .map(({ from, to, line }) => ({ from: path(from), to: path(to), line }))
    .filter(({ from, to }) => posix.dirname(from) !== posix.dirname(to));
}
