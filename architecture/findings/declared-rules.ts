/** Places where a change breaks a rule that the repository states itself. */
import type { Finding } from '#contracts';
import { checkDeclaredRules, type RuleCheck } from '../contract/check-declared-rules.ts';
import type { RuleBreak } from '../contract/check/rule-break.ts';
import type { DeclaredRules } from '../contract/declared-rules.ts';
import { perSnapshot } from '../contract/per-snapshot.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import type { Renames } from './renames.ts';

export interface BrokenRules {
  findings: Finding[];
  /** Rules that were not judged. */
  undecided: RuleCheck['undecided'];
}

/**
 * Breaks that the base has too are frozen, and known again by rule and ends when a file was renamed; a cycle that only shrank is known by its files.
 * Rules come from the base, so that a change cannot lift its own.
 * Source: ArchUnit, FreezingArchRule; dependency-cruiser, known violations.
 */
export function findBrokenRules(
  rules: DeclaredRules,
  { base, head, renames }: { base: ArchitectureSnapshot; head: ArchitectureSnapshot; renames: Renames },
): BrokenRules {
  const before = checkOfBase(rules)(base);
  const after = checkDeclaredRules(rules, head);
  const rename = (path: string) => renames.files.get(path) ?? path;
  const known = new Set(before.breaks.map(({ rule, from, to }) => identityOf(rule.name, rename(from), to && rename(to))));
  const knownCycles = before.breaks.flatMap(({ rule, members }) => (members ? [{ rule, members: new Set(members.map(rename)) }] : []));
  const isKnown = (each: RuleBreak) =>
    each.members
      ? knownCycles.some(({ rule, members }) => isSameRule(rule, each.rule) && each.members?.every((file) => members.has(file)))
      : known.has(identityOf(each.rule.name, each.from, each.to));

  const findings = new Map<string, Finding>();
  for (const each of after.breaks) {
    if (isKnown(each)) continue;
    const finding = describe(each);
    const sooner = findings.get(finding.id);
    if (!sooner || sooner.witness.length > finding.witness.length) findings.set(finding.id, finding);
  }
  return { findings: [...findings.values()], undecided: after.undecided };
}

const checks = new WeakMap<DeclaredRules, (snapshot: ArchitectureSnapshot) => RuleCheck>();

/** The base is asked again for every head. */
function checkOfBase(rules: DeclaredRules): (snapshot: ArchitectureSnapshot) => RuleCheck {
  const known = checks.get(rules) ?? perSnapshot((snapshot) => checkDeclaredRules(rules, snapshot));
  checks.set(rules, known);
  return known;
}

function isSameRule(a: RuleBreak['rule'], b: RuleBreak['rule']): boolean {
  return a.name === b.name && a.source === b.source;
}

function describe(each: RuleBreak): Finding {
  const { rule, from, to, line, witness, what, instead } = each;
  // What becomes reachable by one import is reachable from many files: the shortest way speaks for all.
  const id = rule.pattern.kind === 'reachability' && to ? identityOf(rule.name, '*', to) : identityOf(rule.name, from, to);
  const why = rule.reason ? ` ${sentence(rule.reason)}` : '';
  return {
    id,
    rule: 'declared-rule',
    severity: rule.severity,
    message: `${what} (${rule.tool}, rule "${rule.name}" in ${rule.source}).${why} ${instead}`,
    place: { path: from, ...(line === undefined ? {} : { line }) },
    witness,
  };
}

function identityOf(rule: string, from: string, to: string | undefined): string {
  return `declared-rule:${rule}: ${from}${to === undefined ? '' : ` -> ${to}`}`;
}

function sentence(text: string): string {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ');
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
