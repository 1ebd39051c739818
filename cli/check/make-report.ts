/** What was found, as one document: weighed by the repository's settings, narrowed to a folder. */
import { type ArchitectureComparison, type ArchitectureSnapshot, compareArchitecture } from '#architecture';
import { ARCHITECTURE_RULES, type CheckFinding, CheckReport, type CommitSha } from '#contracts';
import type { Base, WorkingTree } from '#workspace/repository';
import type { BaseReading } from './read-base.ts';
import { weigh } from './settings.ts';

export interface Readings {
  version: string;
  tree: WorkingTree & { head: CommitSha };
  base: Base;
  before: BaseReading;
  after: ArchitectureSnapshot;
  baseRemembered: boolean;
  notes: readonly string[];
}

export function makeReport({ version, tree, base, before, after, baseRemembered, notes }: Readings): CheckReport {
  const comparison = compareArchitecture({ base: before.snapshot, head: after });
  const { findings, off } = weigh(comparison.findings, before.settings);
  const isShown = ({ place: { path } }: CheckFinding) => tree.folder === '' || path === tree.folder || path.startsWith(`${tree.folder}/`);
  const all = findings.map((finding): CheckFinding => ({ ...finding, human: null }));
  return CheckReport.parse({
    schemaVersion: 1,
    ...verdict(comparison, all),
    version,
    repository: tree.root,
    folder: tree.folder,
    base: { commit: base.commit, why: base.why },
    head: { commit: tree.head, branch: tree.branch },
    findings: all.filter(isShown),
    elsewhere: countBySeverity(all.filter((finding) => !isShown(finding))),
    facts: comparison.facts,
    drift: [],
    unread: before.rules.unread,
    unresolved: {},
    skipped: after.skipped.map(({ path, reason }) => ({ path, reason })),
    notes: [...notes, ...settingsNotes(before, off)],
    explanation: null,
    picture: null,
    calibration: null,
    timing: { wallMs: performance.now(), baseRemembered },
  });
}

/** A comparison that cannot be trusted is unscored even where it found nothing: that is when it matters. */
function verdict({ trust }: ArchitectureComparison, findings: readonly CheckFinding[]): Pick<CheckReport, 'verdict' | 'reason'> {
  if (!trust.ok) return { verdict: 'unscored', reason: trust.reason };
  return { verdict: findings.some(({ severity }) => severity === 'gate') ? 'failed' : 'passed', reason: null };
}

function countBySeverity(findings: readonly CheckFinding[]): CheckReport['elsewhere'] {
  const count = (severity: CheckFinding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return { gate: count('gate'), warn: count('warn'), record: count('record') };
}

function settingsNotes({ settings }: BaseReading, off: ReadonlyMap<string, number>): string[] {
  const unknown = Object.keys(settings.check.severities).filter((rule) => !ARCHITECTURE_RULES.has(rule));
  return [
    ...[...off].map(([rule, count]) => `The settings of the base turn ${rule} off: ${count} not shown.`),
    ...unknown.map((rule) => `The settings of the base speak of a rule "${rule}", which there is not.`),
  ];
}
