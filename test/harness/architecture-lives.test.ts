/** When a finding came into a trial and when it went, put together from grades and looks. */
import { expect, test } from 'vitest';
import {
  DEFAULT_LIMITS,
  type FindingLife,
  type Fold,
  MilestoneGrade,
  NO_USAGE,
  RunRecord,
  RunReport,
  type SensedMoment,
  type Severity,
  type TrialMode,
} from '#contracts';
import { summarizeRun } from '#harness';

const ASKED = ['dig', 'sow', 'reap'];
const HASH = 'a'.repeat(64);
const COMMIT = 'b'.repeat(40);
const NOTHING = { total: 0, passed: 0, failed: [], skipped: [], missing: [] };

interface Told {
  /** Ids of the findings that the grade has; null where the check could not be made. */
  graded: string[] | null;
  severity?: Severity;
  /** `+weeds` came, `-weeds` went, `=weeds` lasted. */
  seen?: [SensedMoment, string][];
  fold?: Fold;
}

function grade(id: string, { graded, severity = 'gate', seen, fold }: Told): MilestoneGrade {
  const finding = (name: string) => ({ id: name, rule: 'new-cycle', message: name, place: { path: `${name}.ts` }, witness: [] });
  const architecture =
    graded === null
      ? { status: 'unscored', reason: 'told', fault: 'agent' }
      : { status: 'passed', evidence: { summary: 'told', facts: {} }, findings: graded.map((name) => ({ ...finding(name), severity })) };
  const change = ([at, word]: [SensedMoment, string]) => ({
    ...{ id: word.slice(1), rule: 'new-cycle', severity: 'gate', at },
    what: { '+': 'introduced', '-': 'healed', '=': 'lasting' }[word[0] ?? ''],
  });
  return MilestoneGrade.parse({
    ...{ schemaVersion: 1, id, resolved: 'yes', useful: 'yes', failToPass: NOTHING, passToPass: NOTHING, regressions: [] },
    checks: [{ check: 'architecture', ...architecture }],
    sensed: seen ? { looks: 2, changes: seen.map(change), leftOut: 0, selfChecks: { made: 0, failed: 0 }, blind: null } : null,
    fold: fold ?? null,
    submission: {
      ...{ commit: COMMIT, tree: COMMIT, patch: HASH, filesChanged: 1, ending: { kind: 'submitted', summary: '' } },
      ...{ usage: NO_USAGE, iterations: 4, trajectory: null },
    },
    ...{ tests: HASH, gradeWallMs: 7 },
  });
}

/** `weeds: dig 1 to sow end`, `(on the way)` where no grade has it. */
function livesOf(told: Told[], mode: TrialMode = 'continuous'): string[] {
  const id = '20261123-211502-k3fq';
  const record = RunRecord.parse({
    ...{ id, state: 'finished', createdAt: '2026-11-23T21:15:02Z', finishedAt: null },
    config: {
      ...{ schemaVersion: 1, task: { id: 'garden', artifact: HASH, milestones: ASKED }, agents: [{ name: 'reference' }], repeat: 1 },
      ...{ mode, tests: 'hidden', session: 'fresh', limits: DEFAULT_LIMITS, sandbox: 'none' },
    },
    fingerprint: { longhaul: '0', node: '26', platform: 'linux', git: '2' },
    trials: [
      {
        ...{ id: `${id}.0123456789abcdef`, agent: { name: 'reference' }, seed: 1, task: 'garden', state: 'finished' },
        ...{ isolation: null, error: null, milestones: told.map((one, at) => grade(ASKED[at] ?? 'more', one)) },
      },
    ],
  });
  const [trial] = RunReport.parse(summarizeRun(record, null)).trials;
  return (trial?.findings ?? []).map(inWords);
}

function inWords({ id, severity, introduced, healed, submitted }: FindingLife): string {
  const end = healed === null ? '' : ` to ${healed.milestone} ${healed.at}`;
  return `${id}: ${introduced.milestone} ${introduced.at}${end}${submitted ? '' : ' (on the way)'}${severity === 'gate' ? '' : `, ${severity}`}`;
}

test('the sensor knows the iteration, the grade that it was handed over', () => {
  const lives = livesOf([
    {
      graded: ['weeds'],
      seen: [
        [1, '+weeds'],
        [2, '+stones'],
        [5, '-stones'],
      ],
    },
    { graded: ['weeds'], seen: [] },
    { graded: [], seen: [[3, '-weeds']] },
  ]);
  expect(lives).toEqual(['weeds: dig 1 to reap 3', 'stones: dig 2 to dig 5 (on the way)']);
});

test('what only the grades know of came and went at the end of a milestone', () => {
  expect(livesOf([{ graded: ['weeds'] }, { graded: ['weeds', 'stones'] }, { graded: ['stones'] }])).toEqual([
    'weeds: dig end to reap end',
    'stones: sow end',
  ]);
});

test('a finding that comes back has another life', () => {
  expect(livesOf([{ graded: ['weeds'] }, { graded: [] }, { graded: ['weeds'], seen: [[2, '+weeds']] }])).toEqual([
    'weeds: dig end to sow end',
    'weeds: reap 2',
  ]);
});

test('a grade that could not tell ends nothing', () => {
  expect(livesOf([{ graded: ['weeds'] }, { graded: null }, { graded: ['weeds'] }])).toEqual(['weeds: dig end']);
  expect(livesOf([{ graded: ['weeds'] }, { graded: null, seen: [[0, '-weeds']] }, { graded: [] }])).toEqual(['weeds: dig end to sow 0']);
});

test('what people brought came before the agent, and what they excuse is no gate', () => {
  expect(livesOf([{ graded: [] }, { graded: ['weeds'], severity: 'record', seen: [['start', '+weeds']] }])).toEqual([
    'weeds: sow start, record',
  ]);
});

test('what nobody uses weighs more once it has lasted', () => {
  const told = (seen: Told['seen']): Told => ({ graded: ['weeds'], severity: 'record', ...(seen && { seen }) });
  expect(livesOf([told([[0, '+weeds']])])).toEqual(['weeds: dig 0, record']);
  expect(
    livesOf([
      told([
        [0, '+weeds'],
        [5, '=weeds'],
      ]),
      told([]),
    ]),
  ).toEqual(['weeds: dig 0, warn']);
});

test('a tree that was given up takes its findings with it', () => {
  const broken = { status: 'broken', from: COMMIT, to: COMMIT, conflicts: ['bed.ts'] } as Fold;
  expect(livesOf([{ graded: ['weeds'] }, { graded: ['weeds'], fold: broken }])).toEqual(['weeds: dig end', 'weeds: sow end']);
  expect(livesOf([{ graded: ['weeds'] }, { graded: [] }], 'isolated')).toEqual(['weeds: dig end']);
});

test('a finding may have the name of something every object has', () => {
  expect(livesOf([{ graded: ['__proto__', 'constructor'] }, { graded: ['constructor'] }])).toEqual([
    '__proto__: dig end to sow end',
    'constructor: dig end',
  ]);
});
