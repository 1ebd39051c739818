/** Manifests and lockfiles of which only one was changed. */
import type { Finding } from '#contracts';
import type { ChangedFile, SubmittedChange } from '../change.ts';
import { finding } from '../finding.ts';
import { isLockfile } from './lockfiles/read-lockfile.ts';

/**
 * Record: lockfiles are refreshed, and dependencies kept out of them, for good reasons too.
 * @param named dependencies that the manifests name for the first time
 */
export function findStaleLockfiles(
  { head }: SubmittedChange,
  lockfiles: readonly ChangedFile[],
  manifests: readonly ChangedFile[],
  named: ReadonlySet<string>,
): Finding[] {
  const [manifest] = manifests.filter(({ area }) => area === 'product');
  if (manifest && named.size > 0 && lockfiles.length === 0 && head.paths.some(isLockfile)) {
    const message = `${manifest.path} names new dependencies, and no lockfile changed: what is installed depends on the day.`;
    return [
      finding(manifest.path, { rule: 'lockfile-not-updated', severity: 'record', message, path: manifest.path, witness: [...named] }),
    ];
  }
  const alone = manifests.length === 0 ? lockfiles.find(({ before, after }) => before !== null && after !== null) : undefined;
  if (!alone) return [];
  const message = `${alone.path} changed, and no package.json did.`;
  return [finding(alone.path, { rule: 'lockfile-alone', severity: 'record', message, path: alone.path, witness: [alone.path] })];
}
