/** The stored evidence of a trial becomes chains of observed trees. */
import { type ContentHash, GradedTests, HumanTests, type MilestoneGrade, type TrialMode } from '#contracts';
import { fileOf, sourceOf } from '../test-content.ts';
import { outcomesById } from '../test-outcomes.ts';
import type { Chain, ContentOf, ObservedTree } from './regression-matrix.ts';
import type { SteadyOutcome, SteadyRuns } from './steady-outcomes.ts';
import { toSteadyRuns } from './suite-outcomes.ts';

export interface EvidenceReader {
  /** @throws E_ARTIFACT_MISSING */
  readText(hash: ContentHash): Promise<string>;
  mode: TrialMode;
  /** The k of the run: as often was a failure seen before it counted. */
  baselineRuns: number;
}

/**
 * As TrialToScore wants them.
 * @returns null where a grade is of a version that kept no human outcomes. @throws E_ARTIFACT_MISSING
 */
export async function readChains(reader: EvidenceReader, grades: readonly MilestoneGrade[]): Promise<Chain[] | null> {
  const chains: { start: Chain['start']; trees: ObservedTree[] }[] = [];
  for (const [index, grade] of grades.entries()) {
    if (grade.human === null) return null;
    const human = HumanTests.parse(JSON.parse(await reader.readText(grade.human)));
    if (index === 0 || reader.mode === 'isolated' || grade.fold?.status === 'broken') chains.push({ start: startOf(human), trees: [] });
    const trees = chains.at(-1)?.trees;
    if (grade.fold?.status === 'applied') trees?.push(foldedTree(grade.id, await readGraded(reader, grade.fold.tests), human, reader));
    trees?.push(agentTree(grade, await readGraded(reader, grade.tests), human, reader));
  }
  return chains;
}

async function readGraded({ readText }: EvidenceReader, hash: ContentHash): Promise<GradedTests> {
  return GradedTests.parse(JSON.parse(await readText(hash)));
}

/** Tests of files that only the milestone brings are not there yet. */
function startOf({ before, contentBefore }: HumanTests): Chain['start'] {
  const contentOf = contentIn(contentBefore);
  const human = toSteadyRuns(before);
  if (human.status === 'did-not-run') return { human, contentOf };
  const there = [...human.outcomes].filter(([test]) => contentOf(test) !== undefined);
  return { human: { ...human, outcomes: new Map(there) }, contentOf };
}

/** A folded suite that gives no evidence is all of it the fold's doing: it passes nothing. */
function foldedTree(milestone: string, graded: GradedTests, { before }: HumanTests, { baselineRuns }: EvidenceReader): ObservedTree {
  const silent = graded.run.status === 'did-not-run';
  return {
    name: { milestone, after: 'fold' },
    trial: silent ? { status: 'ran', runs: baselineRuns, stopped: 0, outcomes: new Map() } : steadyOf(graded, baselineRuns),
    human: toSteadyRuns(before),
    contentOf: contentIn(graded.content),
    failToPass: [],
    passToPass: [],
  };
}

function agentTree(grade: MilestoneGrade, graded: GradedTests, human: HumanTests, { baselineRuns }: EvidenceReader): ObservedTree {
  // Failures that nobody could confirm are no evidence, although there is a run.
  const check = grade.checks.find(({ check }) => check === 'earlier-milestones');
  const unknown = check?.status === 'unscored' && graded.run.status === 'ran';
  return {
    name: { milestone: grade.id, after: 'agent' },
    trial: unknown ? { status: 'did-not-run', fault: check.fault } : steadyOf(graded, baselineRuns),
    human: toSteadyRuns(human.after),
    contentOf: contentIn(graded.content),
    failToPass: human.failToPass,
    passToPass: human.passToPass,
  };
}

/** One run, and as many more of whatever failed in it. */
function steadyOf({ run, flaky }: GradedTests, runs: number): SteadyRuns {
  if (run.status === 'did-not-run') return { status: 'did-not-run', fault: run.fault };
  const outcomes = new Map<string, SteadyOutcome>([...outcomesById(run)].map(([id, { status }]) => [id, status]));
  for (const id of flaky) outcomes.set(id, 'flaky');
  return { status: 'ran', runs, stopped: 0, outcomes };
}

function contentIn(content: Readonly<Record<string, string>>): ContentOf {
  const sources = new Map<string, string | undefined>();
  return (test) => {
    const file = fileOf(test);
    if (!sources.has(file)) sources.set(file, sourceOf(file, content));
    const source = sources.get(file);
    return source === undefined ? undefined : content[source];
  };
}
