/** Exports that a change left without a user. */
import type { Finding } from '#contracts';
import type { UnusedExports } from '../surface/export-uses.ts';

/** Recorded, not warned of: people write an export before its first use. `stillPresent` tells which stay. */
export function findUnusedExports(base: UnusedExports, head: UnusedExports): Finding[] {
  const known = new Set(base.exports.map(({ path, name }) => `${path}#${name}`));
  return head.exports
    .filter(({ path, name }) => !known.has(`${path}#${name}`))
    .map(({ path, name, line, onlyTests }) => ({
      id: `unused-export:${path}#${name}`,
      rule: 'unused-export',
      severity: 'record',
      message: onlyTests
        ? `${name} of ${path} is used by tests and by no program: delete both, or use it.`
        : `Nobody imports ${name} of ${path}: use it, or do not export it.`,
      place: { path, line },
      witness: [`${path}#${name}`],
    }));
}
