/** What a change did to the packages that an install brings. */
import type { Finding } from '#contracts';
import { type ChangedFile, isUnread, readText, type SubmittedChange, type Unread } from '../change.ts';
import { findDirectDependencies } from './direct-dependencies.ts';
import { judgeLockfile } from './judge-lockfile.ts';
import { KnownPackages } from './known-packages.ts';
import type { LockedPackage } from './lockfiles/locked-package.ts';
import { isLockfile, readLockfile } from './lockfiles/read-lockfile.ts';
import { isManifest } from './manifest.ts';
import { findStaleLockfiles } from './stale-lockfiles.ts';

export interface DependencyReading {
  findings: Finding[];
  unread: Unread[];
  facts: { lockfilesChanged: number; newDependencies: number; newPackages: number };
}

/**
 * Compares the changed lockfiles with all those of the base together, so that a move, or another package manager, brings no news.
 * What lies among tests and examples is only recorded: no install of the repository reads it.
 */
export async function findDependencyChanges(change: SubmittedChange, files: readonly ChangedFile[]): Promise<DependencyReading> {
  const lockfiles = files.filter(({ path }) => isLockfile(path));
  const manifests = files.filter(({ path }) => isManifest(path));
  const facts = { lockfilesChanged: lockfiles.length, newDependencies: 0, newPackages: 0 };
  if (lockfiles.length + manifests.length === 0) return { findings: [], unread: [], facts };

  const base = await readBase(change);
  const unread: Unread[] = [];
  const direct = await findDirectDependencies(change, manifests, base);
  const findings = [...direct.findings, ...findStaleLockfiles(change, lockfiles, manifests, direct.named)];
  const head = new Set(change.head.paths);
  for (const { path, area, after } of lockfiles.filter((file) => head.has(file.path))) {
    const reading = readLockfile(path, after);
    if (reading.status === 'unreadable') {
      // A repository that has always had a lockfile nobody can read is not the submission's doing.
      const fault = base.unreadable.has(path) ? 'environment' : 'agent';
      if (area !== 'tests') unread.push({ path, reason: reading.reason, fault });
      continue;
    }
    if (!base.complete && base.unreadable.size > 0 && area !== 'tests') {
      unread.push({ path, reason: 'the lockfile of the base, to compare it with, cannot be read', fault: 'environment' });
    }
    facts.newPackages += new Set(reading.packages.map(({ name }) => name).filter((name) => base.of(name).length === 0)).size;
    const found = judgeLockfile(path, reading.packages, base, direct.named);
    findings.push(...(area === 'tests' ? found.map((each) => ({ ...each, severity: 'record' as const })) : found));
  }
  facts.newDependencies = direct.named.size;
  return { findings, unread, facts };
}

async function readBase({ base }: SubmittedChange): Promise<KnownPackages> {
  const packages: LockedPackage[] = [];
  const unreadable = new Set<string>();
  const paths = base.paths.filter(isLockfile);
  for (const path of paths) {
    const text = await readText(base, path);
    const reading = isUnread(text) ? ({ status: 'unreadable' } as const) : readLockfile(path, text);
    if (reading.status === 'unreadable') unreadable.add(path);
    else packages.push(...reading.packages);
  }
  return new KnownPackages(packages, unreadable, paths.length > unreadable.size);
}
