/** What was found, as one document: weighed by the repository's settings, set beside what people do, narrowed to a folder. */
import {
  type ArchitectureComparison,
  type ArchitectureSnapshot,
  type Calibration,
  compareArchitecture,
  compareSurfaces,
  drawPicture,
  driftRows,
  explainContract,
  humanRate,
  inferContract,
} from '#architecture';
import { ARCHITECTURE_RULES, type CheckFinding, CheckReport, type CommitSha, type Finding } from '#contracts';
import type { Base, WorkingTree } from '#workspace/repository';
import type { BaseReading } from './read-base.ts';
import { excuseIgnoredTargets } from './ignored-targets.ts';
import { countImports } from './lost-imports.ts';
import { weigh } from './settings.ts';

export interface Readings {
  version: string;
  tree: WorkingTree & { head: CommitSha };
  base: Base;
  before: BaseReading;
  after: ArchitectureSnapshot;
  /** What the change did to the rules by which it is judged. */
  changedRules: readonly Finding[];
  calibration: Calibration | null;
  /** Commits since the base, what is not committed counted as one. */
  stretch: number;
  baseRemembered: boolean;
  notes: readonly string[];
  /** Whether the contract is told in words, and whether it is drawn. */
  wants: { words: boolean; picture: boolean };
}

/** A pipeline that checks the default branch against itself must not take that for a verdict on its commits. */
const UNTOUCHED = 'Nothing that is judged differs from HEAD; --base names what commits are to be compared with.';

export async function makeReport(readings: Readings): Promise<CheckReport> {
  const { version, tree, base, before, after, calibration, baseRemembered, wants } = readings;
  const comparison = compareArchitecture({ base: before.snapshot, head: after, rules: before.rules });
  const found = await excuseIgnoredTargets(tree, comparison.findings);
  const { findings, off } = weigh([...found, ...readings.changedRules], before.settings);
  const isShown = ({ place: { path } }: CheckFinding) => tree.folder === '' || path === tree.folder || path.startsWith(`${tree.folder}/`);
  const all = findings.map((finding): CheckFinding => ({ ...finding, human: calibration && humanRate(calibration.band, finding.rule) }));
  const people = calibration && { band: calibration.band, commits: readings.stretch };
  const moved = driftRows(before.snapshot.metrics, after.metrics, people);
  const isUntouched = base.commit === tree.head && all.length === 0 && moved.every(({ change }) => change === 0 || change === null);
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
    drift: moved,
    versions: versions(before.snapshot, after),
    unread: [...before.rules.unread, ...undecided(comparison, before)],
    imports: countImports(after),
    skipped: after.skipped.map(({ path, reason }) => ({ path, reason })),
    notes: [...new Set([...(isUntouched ? [UNTOUCHED] : []), ...readings.notes, ...after.notes, ...settingsNotes(before, off)])],
    explanation: wants.words ? explainContract(inferContract(before.snapshot, before.rules)) : null,
    picture: wants.picture ? drawPicture(before.snapshot, after, findings) : null,
    calibration: calibration && { commits: calibration.band.commits, newest: calibration.newest },
    timing: { wallMs: performance.now(), baseRemembered },
  });
}

function versions(before: ArchitectureSnapshot, after: ArchitectureSnapshot): CheckReport['versions'] {
  const { classes } = compareSurfaces(before.surface, after.surface);
  return [...classes].flatMap(([name, needed]) => (needed === 'patch' ? [] : [{ package: name, class: needed }]));
}

/** Rules that are understood and could not be judged: patterns that are none, or take too long. */
function undecided({ undecided: rules }: ArchitectureComparison, before: BaseReading): CheckReport['unread'] {
  return rules.map(({ rule, source, reason }) => ({
    path: source,
    tool: before.rules.rules.find((each) => each.source === source)?.tool ?? 'rule',
    reason: `rule "${rule}": ${reason}`,
  }));
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
