/** What a submission added that endangers whoever installs, builds or runs the result. */
import type { Finding } from '#contracts';
import { readChangedFiles, type SubmittedChange, type Unread } from './change.ts';
import { findCodeChanges } from './code/find-code-changes.ts';
import { findDependencyChanges } from './dependencies/find-dependency-changes.ts';
import { findInstallSettings } from './dependencies/install-settings.ts';
import { isLockfile } from './dependencies/lockfiles/read-lockfile.ts';
import { findDownloadsThatRun } from './download-and-run.ts';
import { findHiddenCharacters } from './hidden-characters.ts';
import { findSecrets } from './secrets.ts';

export interface SecurityReading {
  /** Gates first, then by place. */
  findings: Finding[];
  /** What could have held more and was not understood: about these nothing is known. */
  unread: Unread[];
  facts: Record<string, number>;
}

/**
 * Reads both trees and runs nothing; no network. Only what the change added is found: what the base has too is no finding, and what
 * moved is not new.
 *
 * Everything in the trees is hostile. The one native part, the parser of source files, can be brought down by text nested some
 * thousand levels deep, and a large change takes its time: callers run this in a process of their own, with a time limit, and take its
 * death as the submission's doing.
 */
export async function findSecurityFindings(change: SubmittedChange): Promise<SecurityReading> {
  const { files, unread } = await readChangedFiles(change);
  const dependencies = await findDependencyChanges(change, files);
  const code = await findCodeChanges(change, files);
  const findings = [
    ...(await findSecrets(files, isLockfile)),
    ...dependencies.findings,
    ...findInstallSettings(files),
    ...code.findings,
    ...findHiddenCharacters(files),
    ...findDownloadsThatRun(files),
  ];
  return {
    findings: [...new Map(findings.map((each) => [each.id, each])).values()].sort(bySeverityAndPlace),
    unread: [...unread, ...dependencies.unread, ...code.unread],
    facts: { filesChanged: files.length, ...dependencies.facts, ...code.facts },
  };
}

const ORDER = { gate: 0, warn: 1, record: 2 } as const;

function bySeverityAndPlace(a: Finding, b: Finding): number {
  return ORDER[a.severity] - ORDER[b.severity] || compareText(a.place.path, b.place.path) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
