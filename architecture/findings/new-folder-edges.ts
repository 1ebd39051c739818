/** Dependencies between two folders that the base did not have, though it had both folders. */
import { posix } from 'node:path';
import type { Finding } from '#contracts';
import { perSnapshot } from '../contract/per-snapshot.ts';
import { productionEdges } from '../contract/production-edges.ts';
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
  const known = folderPairs(base);
  const folders = productionFolders(base);
  const findings = new Map<string, Finding>();
  for (const { from, to, line } of productionEdges(head)) {
    const [source, target] = [posix.dirname(from), posix.dirname(to)];
    const key = edgeKey(source, target);
    if (source === target || known.has(key) || findings.has(key) || !folders.has(source) || !folders.has(target)) continue;
    const [module, other] = [after.moduleOf(from) ?? '', after.moduleOf(to) ?? ''];
    // Told as an edge between modules.
    if (module !== other && !before.edges.has(edgeKey(module, other))) continue;
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

const folderPairs = perSnapshot(
  (snapshot) => new Set(productionEdges(snapshot).map(({ from, to }) => edgeKey(posix.dirname(from), posix.dirname(to)))),
);

const productionFolders = perSnapshot(
  ({ sources }) => new Set(sources.flatMap(([path, role]) => (role === 'production' ? [posix.dirname(path)] : []))),
);
