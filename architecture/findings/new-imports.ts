/** Single imports that the base did not have and nobody should write. */
import { posix } from 'node:path';
import type { Finding } from '#contracts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** By file and specifier: a line that moved is the same import. */
export function findUnresolvedImports(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  const known = new Set(base.unresolvedRelative.map(identityOf));
  const fresh = new Map(head.unresolvedRelative.filter((each) => !known.has(identityOf(each))).map((each) => [identityOf(each), each]));
  return [...fresh].map(([id, { path, specifier, line }]) => ({
    id,
    rule: 'unresolved-import',
    severity: 'gate',
    message: `${path} imports '${specifier}', and there is no such file in the repository.`,
    place: { path, line },
    witness: [path, specifier],
  }));
}

/** A folder that production already imports from at the base is production in that repository's eyes, whatever it is called (`workspace/tests`). */
export function findTestImports(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  const inUse = new Set(base.testImports.map((each) => posix.dirname(each.to)));
  return head.testImports
    .filter((each) => !inUse.has(posix.dirname(each.to)))
    .map(({ from, to, line }) => ({
      id: `production-imports-tests:${from} -> ${to}`,
      rule: 'production-imports-tests',
      severity: 'gate',
      message: `${from} imports ${to}: the program now needs its own test code.`,
      place: { path: from, line },
      witness: [from, to],
    }));
}

function identityOf({ path, specifier }: { path: string; specifier: string }): string {
  return `unresolved-import:${path} -> ${specifier}`;
}
