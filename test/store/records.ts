/** A run of the parcel depot, as workers would store it. */
import { createHash } from 'node:crypto';
import { ContentHash, DEFAULT_LIMITS, MilestoneGrade, NO_USAGE, RunConfig, RunId, TrialId } from '#contracts';
import type { NewRun } from '#store';

const hash = (text: string) => ContentHash.parse(createHash('sha256').update(text).digest('hex'));

/** @param letters four of them tell the runs of a test file apart. */
export function parcelRun(letters: string): NewRun & { trial: TrialId } {
  const id = RunId.parse(`20261123-211502-${letters}`);
  const trialOf = (text: string) => TrialId.parse(`${id}.${hash(text).slice(0, 16)}`);
  const config = RunConfig.parse({
    schemaVersion: 1,
    task: { id: 'parcel-depot', artifact: hash('the task'), milestones: ['weigh-parcels', 'print-labels'] },
    agents: [{ name: 'reference' }, { name: 'nothing' }],
    repeat: 1,
    mode: 'continuous',
    tests: 'hidden',
    session: 'fresh',
    limits: DEFAULT_LIMITS,
    sandbox: 'required',
  });
  const [reference, nothing] = [trialOf('reference'), trialOf('nothing')];
  return {
    id,
    config,
    fingerprint: { longhaul: '0.1.0', node: '26.10.0', platform: 'linux-x64', git: '2.39.5' },
    trials: [
      { id: reference, agent: { name: 'reference' }, seed: 1, task: 'parcel-depot' },
      { id: nothing, agent: { name: 'nothing' }, seed: 1, task: 'parcel-depot' },
    ],
    trial: reference,
  };
}

/** A resolved milestone with one finding. @param summary the agent's last words. */
export function parcelGrade(id: string, summary = 'Parcels are weighed.'): MilestoneGrade {
  const tests = { total: 2, passed: 2, failed: [], skipped: [], missing: [] };
  return MilestoneGrade.parse({
    schemaVersion: 1,
    id,
    resolved: 'yes',
    useful: 'yes',
    failToPass: tests,
    passToPass: tests,
    regressions: [],
    checks: [
      { check: 'tests', status: 'passed', evidence: { summary: '2 of 2 tests pass', facts: { total: 2 } }, findings: [] },
      {
        check: 'architecture',
        status: 'passed',
        evidence: { summary: 'one remark' },
        findings: [
          {
            id: 'new-edge:depot->labels',
            rule: 'new-edge',
            severity: 'warn',
            message: 'depot imports labels',
            place: { path: 'depot/index.ts', line: 3 },
            witness: ['depot/index.ts'],
          },
        ],
      },
      { check: 'earlier-milestones', status: 'unscored', reason: 'the suite did not start', fault: 'environment' },
    ],
    submission: {
      commit: 'a'.repeat(40),
      tree: 'b'.repeat(40),
      patch: hash('patch'),
      filesChanged: 1,
      ending: { kind: 'submitted', summary },
      usage: { ...NO_USAGE, modelCalls: 3, costUsd: 0.25, costSource: 'reported' },
      iterations: 3,
      trajectory: null,
    },
    tests: hash('tests'),
    gradeWallMs: 1200,
  });
}
