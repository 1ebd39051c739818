/** Answers a sensor's questions about one tree after another. */
import { type Architecture, type ArchitectureSnapshot, compareArchitecture, openArchitecture, type SelfCheck } from '#architecture';
import type { Severity } from '#contracts';
import type { TrialContract } from '../trial-contract.ts';
import type { Look, SensorQuestion } from './look.ts';

interface Open {
  contract: TrialContract;
  architecture: Architecture;
  look: Look;
}

/** @returns what takes the questions, in order. */
export function sense(): (question: SensorQuestion) => Promise<Look | SelfCheck> {
  let open: Open | null = null;
  return async (question) => {
    if (question.ask === 'open') {
      const { folder, files, cache, contract } = question;
      const architecture = await openArchitecture(folder, { files, cache });
      open = { contract, architecture, look: lookAt(architecture.snapshot(), contract) };
    }
    if (open === null) throw new Error('no tree is open');
    if (question.ask === 'check') return open.architecture.selfCheck();
    // Most iterations only read: what has not changed is not measured and compared again.
    if (question.ask === 'update' && (question.paths.length > 0 || question.contract)) {
      open.contract = question.contract ?? open.contract;
      await open.architecture.update(question.paths);
      open.look = lookAt(open.architecture.snapshot(), open.contract);
    }
    return open.look;
  };
}

function lookAt(head: ArchitectureSnapshot, contract: TrialContract): Look {
  const { findings, trust } = compareArchitecture({ ...contract, head });
  const once = [...new Map(findings.map(({ id, rule, severity }) => [id, { id, rule, severity }])).values()];
  const having = (severity: Severity) => once.filter((finding) => finding.severity === severity).length;
  return {
    counts: {
      files: head.files.production,
      edges: { value: head.edges.value, all: head.edges.value + head.edges.type },
      cycles: { value: head.cycles.length, all: head.allCycles.length },
      findings: { gate: having('gate'), warn: having('warn'), record: having('record') },
      unresolved: head.unresolvedRelative.length,
    },
    findings: once,
    doubt: trust.ok ? null : trust.reason,
    seesInjectedCycle: head.seesInjectedCycle,
  };
}
