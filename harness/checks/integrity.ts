/** Whether the submission bends the evidence instead of the program. */
import type { CheckResult, Evidence, Finding, Severity } from '#contracts';
import type { TestProof } from '../cells/accuse.ts';
import type { Judged } from '../judged.ts';

/**
 * By what is written, and by what was run where tests that were there have changed. A proof adds its findings and takes none away: one of its
 * gates fails the check also where the change could not be read. Where it says nothing, the reading alone decides, and the summary tells.
 */
export function checkSubmissionIntegrity({ inspected: { integrity }, proof }: Pick<Judged, 'inspected' | 'proof'>): CheckResult {
  if (proof === null) return integrity;
  const proved = proof.status === 'proved' ? proof.findings : [];
  const gates = proved.filter(({ severity }) => severity === 'gate').map(({ message }) => message);
  if (integrity.status === 'unscored') {
    if (gates.length === 0) return integrity;
    const evidence = { summary: [...gates, integrity.reason].join('; '), facts: factsOf(proof, proved) };
    return { check: 'integrity', status: 'failed', evidence, findings: proved };
  }
  const findings = [...proved, ...integrity.findings];
  const read = gates.length > 0 && integrity.status === 'passed' ? [] : [integrity.evidence.summary];
  const evidence = {
    summary: [...gates, ...read, ...limitsOf(proof)].join('; '),
    facts: { ...integrity.evidence.facts, ...factsOf(proof, findings) },
  };
  return { check: 'integrity', status: gates.length > 0 ? 'failed' : integrity.status, evidence, findings };
}

/** What nobody could compare, in words: silence about it would read as a pass. */
function limitsOf(proof: TestProof): string[] {
  if (proof.status === 'unknown') return [`its changes to the tests could not be tried: ${proof.reason}`];
  return proof.unknown === 0 ? [] : [`its changes to ${proof.unknown} tests could not be tried`];
}

function factsOf(proof: TestProof, findings: readonly Finding[]): Evidence['facts'] {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  return {
    ...{ gates: count('gate'), warnings: count('warn'), records: count('record') },
    cells: proof.status,
    ...(proof.status === 'proved' && { cellsStable: proof.stable, cellsUnknown: proof.unknown }),
  };
}
