/** The import graph of the submission against the base commit, held to no more than the human reference was. */
import { compareArchitecture } from '#architecture';
import type { CheckResult } from '#contracts';
import { forgive, type Judged } from '../judged.ts';
import { contractId } from '../trial-contract.ts';

/** Against the task's base commit while the trial is one chain, so that slow drift over many milestones stays visible. */
export function checkArchitecture({
  contract,
  examination: { architecture: head },
  baseline,
  fold,
}: Pick<Judged, 'contract' | 'examination' | 'baseline' | 'fold'>): CheckResult {
  const unscored = (reason: string, fault: 'environment' | 'agent' | 'harness'): CheckResult => ({
    check: 'architecture',
    status: 'unscored',
    reason,
    fault,
  });
  if (contract === null || baseline.after === null) return unscored('the human tree could not be read', 'environment');
  if (head.status === 'unreadable') return unscored(head.reason, 'agent');
  const { findings: found, facts, undecided, trust } = compareArchitecture({ ...contract, head: head.snapshot, reference: baseline.after });
  if (!trust.ok) return unscored(trust.reason, trust.fault);

  const findings = forgive(found, fold);
  const gates = findings.filter(({ severity }) => severity === 'gate');
  const warnings = findings.filter(({ severity }) => severity === 'warn');
  const summary = [
    gates.length > 0 ? gates.map(({ message }) => message).join('; ') : 'no rule of the base commit is broken',
    warnings.length > 0 ? `${warnings.length} to look at` : '',
  ];
  const { rules } = contract;
  const evidence = {
    summary: summary.filter((part) => part !== '').join(', '),
    facts: { ...facts, contract: contractId(contract), rules: rules.rules.length, rulesUnread: rules.unread.length + undecided.length },
  };
  return { check: 'architecture', status: gates.length > 0 ? 'failed' : 'passed', evidence, findings };
}
