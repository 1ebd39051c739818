/** The import graph of the submission against the base commit, held to no more than the human reference was. */
import { type ArchitectureSnapshot, compareArchitecture } from '#architecture';
import type { CheckResult } from '#contracts';
import type { Baseline } from '../baseline.ts';

/** @param base of the task's base commit, so that slow drift over many milestones stays visible. */
export function checkArchitecture(base: ArchitectureSnapshot | null, head: ArchitectureSnapshot, baseline: Baseline): CheckResult {
  if (base === null || baseline.status === 'unmeasurable') {
    const reason = baseline.status === 'unmeasurable' ? baseline.reason : 'the base commit could not be measured';
    return { check: 'architecture', status: 'unscored', reason, fault: 'environment' };
  }
  const { findings, facts, trust } = compareArchitecture({ base, head, reference: baseline.after });
  if (!trust.ok) return { check: 'architecture', status: 'unscored', reason: trust.reason, fault: 'harness' };

  const gates = findings.filter(({ severity }) => severity === 'gate');
  const warnings = findings.filter(({ severity }) => severity === 'warn');
  const summary = [
    gates.length > 0 ? gates.map(({ message }) => message).join('; ') : 'no rule of the base commit is broken',
    warnings.length > 0 ? `${warnings.length} to look at` : '',
  ];
  const evidence = { summary: summary.filter((part) => part !== '').join(', '), facts };
  return { check: 'architecture', status: gates.length > 0 ? 'failed' : 'passed', evidence, findings };
}
