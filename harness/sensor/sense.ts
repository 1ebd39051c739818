/** Answers a sensor's questions about one tree after another. */
import { type ArchitectureSnapshot, compareArchitecture, openArchitecture } from '#architecture';
import type { Finding } from '#contracts';
import type { Look, SelfCheck, SensorQuestion } from './look.ts';

type Open = Extract<SensorQuestion, { ask: 'open' }>;

/** @returns what takes the questions in order. */
export function sense(): (question: SensorQuestion) => Promise<Look | SelfCheck> {
  let tree: Open | null = null;
  return async (question) => {
    if (question.ask === 'open') tree = question;
    if (tree === null) throw new Error('no tree is open');
    if (question.ask === 'check') return { differences: [] };
    return lookAt(await openArchitecture(tree.folder), tree.base);
  };
}

function lookAt(head: ArchitectureSnapshot, base: ArchitectureSnapshot): Look {
  const { findings } = compareArchitecture({ base, head });
  const once = [...new Map(findings.map((finding) => [finding.id, finding])).values()];
  const having = (severity: Finding['severity']) => once.filter((finding) => finding.severity === severity).length;
  return {
    counts: {
      files: head.files.production,
      edges: { value: head.edges.value, all: head.edges.value + head.edges.type },
      cycles: { value: head.cycles.length, all: head.cycles.length },
      findings: { gate: having('gate'), warn: having('warn'), record: having('record') },
      unresolved: head.unresolvedRelative.length,
    },
    findings: once.map(({ id, rule, severity }) => ({ id, rule, severity })),
    seesInjectedCycle: head.seesInjectedCycle,
  };
}
