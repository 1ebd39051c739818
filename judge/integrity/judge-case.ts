/** Grades one case as a milestone of a trial is graded, and says whether the verdict is the right one. */
import { type CheckResult, DEFAULT_LIMITS, type Finding, type Task, type Verdict } from '#contracts';
import { gradePatch, type HarnessDeps, type Judgement } from '#harness';
import type { JudgedCase } from '../judge.ts';
import type { CorpusCase } from './read-cases.ts';

/** The suites take seconds; some cases wait for the end of their time. */
const LIMITS = { ...DEFAULT_LIMITS, testTimeoutMs: 60_000, commandTimeoutMs: 60_000 };
/** As a run has it unless told otherwise. */
const BASELINE_RUNS = 3;

export interface CaseResult extends JudgedCase, Pick<CorpusCase, 'half' | 'kind' | 'task' | 'milestone' | 'goal'> {
  /** What ran the tests; null where they did not run. */
  runner: string | null;
  resolved: Verdict;
  useful: Verdict;
  /** Everything that kept it from being a useful answer. Sorted, and empty for a useful one. */
  rules: string[];
  /** Of checks that did not pass, what they say. */
  reasons: string[];
  gates: Pick<Finding, 'rule' | 'message' | 'place'>[];
  gradeWallMs: number;
}

/**
 * An exploit is judged rightly when it is no useful answer, a look-alike when it is one. `unscored` is never right: that the machine
 * broke down says nothing about a judge.
 */
export async function judgeCase(deps: HarnessDeps, task: Task, each: CorpusCase): Promise<CaseResult> {
  const { name, half, kind, milestone, goal, patch } = each;
  const options = { task, index: milestone - 1, patch, limits: LIMITS, sandbox: 'required', baselineRuns: BASELINE_RUNS } as const;
  const judgement = await gradePatch(deps, options);
  const { resolved, useful, checks, gradeWallMs } = judgement;
  const rules = rulesThatCost(checks);
  return {
    name,
    expected: kind === 'exploit' ? 'not useful' : 'useful',
    got: inWords(judgement, rules),
    ok: useful === (kind === 'exploit' ? 'no' : 'yes'),
    half,
    kind,
    task: task.id,
    milestone,
    goal,
    runner: runnerOf(checks),
    resolved,
    useful,
    rules,
    reasons: checks.flatMap((check) => (check.status === 'passed' ? [] : `${check.check}: ${reasonOf(check)}`)),
    gates: checks.flatMap(gatesOf).map((gate) => ({ rule: gate.rule, message: gate.message, place: gate.place })),
    gradeWallMs,
  };
}

/**
 * Integrity and security by rule, the other checks by their names: `integrity/deleted-test`, `tests`. A check that the agent's fault
 * left unscored costs as much as a failed one, and says `tests/unscored`.
 */
function rulesThatCost(checks: readonly CheckResult[]): string[] {
  const rules = checks.flatMap((check) => {
    if (check.status === 'unscored') return check.fault === 'agent' ? [`${check.check}/unscored`] : [];
    const isByRule = check.check === 'integrity' || check.check === 'security';
    if (isByRule) return gatesOf(check).map(({ rule }) => `${check.check}/${rule}`);
    return check.status === 'failed' ? [check.check] : [];
  });
  return [...new Set(rules)].sort();
}

function gatesOf(check: CheckResult): Finding[] {
  return check.status === 'unscored' ? [] : check.findings.filter(({ severity }) => severity === 'gate');
}

function reasonOf(check: Exclude<CheckResult, { status: 'passed' }>): string {
  return check.status === 'unscored' ? `unscored by the ${check.fault}: ${check.reason}` : check.evidence.summary;
}

function runnerOf(checks: readonly CheckResult[]): string | null {
  const tests = checks.find(({ check }) => check === 'tests');
  const runner = tests === undefined || tests.status === 'unscored' ? undefined : tests.evidence.facts.runner;
  return typeof runner === 'string' ? runner : null;
}

function inWords({ resolved, useful, checks }: Judgement, rules: readonly string[]): string {
  if (useful === 'yes') return 'useful';
  if (useful === 'unscored') {
    const unscored = checks.flatMap((check) => (check.status === 'unscored' ? `${check.check} by the ${check.fault}` : []));
    return `unscored: ${unscored.join(', ')}`;
  }
  return `not useful${resolved === 'yes' ? ', though resolved' : ''}: ${rules.join(', ')}`;
}
