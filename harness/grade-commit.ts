/** Fresh workspace at the frozen tree, hidden tests added, every check made. */
import type { CheckResult, CommitSha, GradedTests, MilestoneGrade, TestRun, Verdict } from '#contracts';
import { type Baseline, type BaselineOptions, treeOfReference, typesAsked } from './baseline.ts';
import { proveTests } from './cells/prove-tests.ts';
import { makeChecks } from './checks/index.ts';
import { driftFromPeople } from './drift-from-people.ts';
import { GRADER_VERSION } from './grader-version.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { inspectSubmission } from './inspect-submission.ts';
import { type FoldDamage, judge, suspectsOf } from './judged.ts';
import { observe } from './observe-submission.ts';
import { UNREHEARSED } from './rehearsal.ts';
import { testsThat } from './score/suite-outcomes.ts';
import { lookAgain } from './second-look.ts';
import type { TrialContract } from './trial-contract.ts';
import { type TrialHistory, watchedTests } from './trial-history.ts';

export interface GradeOptions extends BaselineOptions {
  /** All that is known of the submission: the tree, the binary patch that makes it out of the base commit, and `refused` as in Submission. */
  submission: { tree: CommitSha; patch: Uint8Array; refused: string | null };
  baseline: Baseline;
  /** What the import graph is compared with; null when it could not be measured. */
  contract: TrialContract | null;
  history: TrialHistory;
  /** The human commit that the chain began with. */
  startCommit: CommitSha;
  fold: FoldDamage;
}

export type Judgement = Pick<
  MilestoneGrade,
  | 'resolved'
  | 'useful'
  | 'failToPass'
  | 'passToPass'
  | 'regressions'
  | 'flaky'
  | 'checks'
  | 'drift'
  | 'environment'
  | 'grader'
  | 'gradeWallMs'
>;

/**
 * Nothing of the agent's workspace is used: the patch is applied to a fresh tree, the human tests are laid over it, dependencies are pristine.
 * What was found out about an equal tree before is not found out again; the judgement is made anew every time.
 */
export async function gradeCommit(deps: HarnessDeps, options: GradeOptions): Promise<{ judgement: Judgement; graded: GradedTests }> {
  const startedMs = performance.now();
  const { baseline, contract, history, fold, submission } = options;
  const human = treeOfReference(options);
  const rehearsal = baseline.rehearsal ?? UNREHEARSED;
  const [{ tree, examination, run: observedRun, key }, { inspected, proof }] = await Promise.all([
    observe(deps, options, { over: human, types: typesAsked(baseline.types, 'after'), rehearsal }),
    inspectAndProve(deps, options),
  ]);
  const run = submission.refused === null ? observedRun : nothingHandedIn(submission.refused);
  const watched = watchedTests(history, testsThat('passed', baseline.suites.after), examination.content);
  const observed = { baseline, examination, run, watched, fold, contract, inspected, proof };
  const suspects = suspectsOf(observed);
  const look = await lookAgain(deps, { tree, human, suspects, rehearsal, runs: options.baselineRuns, key });
  const judged = judge(observed, look);
  const checks = makeChecks(judged);
  const resolved = resolution(checks);
  const people = { host: deps.host, repository: options.task.repository, commits: options.index + 1 };
  return {
    graded: { schemaVersion: 1, run, content: examination.content, flaky: look.flaky },
    judgement: {
      resolved,
      useful: usefulness(resolved, checks),
      failToPass: judged.failToPass,
      passToPass: judged.passToPass,
      regressions: judged.regressions,
      flaky: [...new Set([...baseline.flaky, ...look.flaky])].sort(),
      checks,
      drift: await driftFromPeople(judged, people),
      environment: examination.environment,
      grader: GRADER_VERSION,
      gradeWallMs: Math.round(performance.now() - startedMs),
    },
  };
}

async function inspectAndProve(deps: HarnessDeps, options: GradeOptions) {
  const inspected = await inspectSubmission(deps, options);
  return { inspected, proof: await proveTests(deps, { ...options, suites: inspected.suites }) };
}

/** The tree that stands for it tells nothing of what the agent did. */
function nothingHandedIn(reason: string): TestRun {
  return { status: 'did-not-run', reason: `nothing could be handed in: ${reason}`, fault: 'agent', output: '', wallMs: 0 };
}

/** The verdict of the check `tests`; a check that could not be made by the agent's fault counts as failed. */
function resolution(checks: readonly CheckResult[]): Verdict {
  const tests = checks.find(({ check }) => check === 'tests');
  if (tests === undefined) return 'unscored';
  if (tests.status === 'unscored') return tests.fault === 'agent' ? 'no' : 'unscored';
  return tests.status === 'passed' ? 'yes' : 'no';
}

/** A useful answer is resolved and every check that was made passed. One that could not be made, and not by the agent's fault, leaves it unscored. */
function usefulness(resolved: Verdict, checks: readonly CheckResult[]): Verdict {
  if (resolved !== 'yes') return resolved;
  if (checks.some((check) => check.status === 'failed' || (check.status === 'unscored' && check.fault === 'agent'))) return 'no';
  return checks.some(({ status }) => status === 'unscored') ? 'unscored' : 'yes';
}
