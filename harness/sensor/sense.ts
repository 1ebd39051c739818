/** Answers a sensor's questions about one tree after another. */
import { type Architecture, type ArchitectureSnapshot, compareArchitecture, openArchitecture, type SelfCheck } from '#architecture';
import type { Severity } from '#contracts';
import type { TrialContract } from '../trial-contract.ts';
import type { Look, SensorQuestion } from './look.ts';

interface Open {
  contract: TrialContract;
  architecture: Architecture;
}

/** @returns what takes the questions, in order. */
export function sense(): (question: SensorQuestion) => Promise<Look | SelfCheck> {
  let open: Open | null = null;
  return async (question) => {
    if (question.ask === 'open') {
      const { folder, files, cache, contract } = question;
      open = { contract, architecture: await openArchitecture(folder, { files, cache }) };
    }
    if (open === null) throw new Error('no tree is open');
    if (question.ask === 'check') return open.architecture.selfCheck();
    if (question.ask === 'update') {
      open.contract = question.contract ?? open.contract;
      await open.architecture.update(question.paths);
    }
    return lookAt(open.architecture.snapshot(), open.contract);
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
