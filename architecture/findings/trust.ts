/** Decides whether a comparison may be believed. No evidence is never a pass. */
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** `fault` says what caused the doubt, in the words of a check that is `unscored`: a tree the agent emptied must not excuse the agent. */
export type ArchitectureTrust = { ok: true } | { ok: false; reason: string; fault: 'environment' | 'agent' | 'harness' };

/** A tsconfig with an uninstalled `extends` once gave 0 edges, 0 cycles, all green. Thresholds from measurements on 720 human commits. */
const MAX_UNRESOLVED_SHARE = 0.01;
const MAX_EDGE_FALL = 0.3;
/** Below this a fall is a small refactoring in a small program. */
const MIN_EDGES_LOST = 3;
const MAX_FILES_WITHOUT_EDGE = 3;

/** The human tree excuses a fall in edges that it shows too. */
export function judgeTrust({
  base,
  head,
  reference,
}: {
  base: ArchitectureSnapshot;
  head: ArchitectureSnapshot;
  reference?: ArchitectureSnapshot;
}): ArchitectureTrust {
  if (!head.seesInjectedCycle || !base.seesInjectedCycle) {
    return { ok: false, fault: 'harness', reason: 'The cycle finder did not see a cycle that was put in on purpose.' };
  }
  if (base.files.production === 0) {
    return { ok: false, fault: 'environment', reason: 'The base has no TypeScript or JavaScript source file outside its tests.' };
  }
  const unresolved = 1 - base.resolvedShare;
  if (unresolved > MAX_UNRESOLVED_SHARE) {
    const lost = base.unresolvedRelative.filter((each) => !each.isBuilt);
    const share = `${lost.length} of ${base.relativeImports}`;
    const [first] = lost;
    const example = first ? `, such as '${first.specifier}' in ${first.path}` : '';
    return {
      ok: false,
      fault: 'environment',
      reason: `At the base ${share} imports of the repository's own files lead nowhere${example}: commit the files, name them in the root's .gitignore where a build writes them, or add the alias to a tsconfig.`,
    };
  }
  if (edgesOf(base) === 0 && base.files.production > MAX_FILES_WITHOUT_EDGE) {
    return { ok: false, fault: 'environment', reason: `No import was found among the ${base.files.production} source files of the base.` };
  }
  if (edgesOf(head) === 0 && head.files.production > MAX_FILES_WITHOUT_EDGE) {
    const isLoss = edgesOf(base) > 0 && (reference === undefined || edgesOf(reference) > 0);
    const reason = `No import was found among ${head.files.production} source files.`;
    return { ok: false, fault: isLoss ? 'agent' : 'environment', reason };
  }
  if (head.files.production === 0) {
    return { ok: false, fault: 'agent', reason: 'No TypeScript or JavaScript source file is left outside the tests.' };
  }
  const before = Math.min(edgesOf(base), reference ? edgesOf(reference) : Number.POSITIVE_INFINITY);
  const lost = before - edgesOf(head);
  if (lost >= MIN_EDGES_LOST && lost >= before * MAX_EDGE_FALL) {
    return {
      ok: false,
      fault: 'agent',
      reason: `Of ${before} imports between source files ${lost} are gone; too few are left to compare.`,
    };
  }
  const holes = newHoles(base, head);
  if (holes.length > 0) {
    const [first] = holes;
    return {
      ok: false,
      fault: 'agent',
      reason: `The imports of ${first?.path} are unknown (${first?.reason}), and other files import it.`,
    };
  }
  return { ok: true };
}

function edgesOf(snapshot: ArchitectureSnapshot): number {
  return snapshot.edges.value + snapshot.edges.type;
}

/** Files in the middle of the graph whose imports can no longer be read; one that nothing imports can close no cycle. */
function newHoles(base: ArchitectureSnapshot, head: ArchitectureSnapshot): ArchitectureSnapshot['skipped'] {
  const known = new Set(base.skipped.map((skip) => skip.path));
  return head.skipped.filter((skip) => skip.imported && !known.has(skip.path));
}
