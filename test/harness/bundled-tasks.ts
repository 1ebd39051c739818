/** Every task that lies among the fixtures, and what the two ends of the scale must come to on it. */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { createNothingAgent, createReferenceAgent } from '#agent';
import type { RunAgent } from '#contracts';
import { humanPatch, loadTask } from '#harness';
import type { Host } from '#workspace';
import { bothPlaces } from '../helpers/workspaces.ts';
import { gradesOf, inMemory } from './corner-shop.ts';
import { storedScore } from './stored-score.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Found by looking, so that a new one cannot be forgotten. Folders relative to the fixtures. */
export const BUNDLED_TASKS = globSync(['tasks/*/task.json', '*/tasks/*/task.json'], { cwd: FIXTURES }).map(dirname).sort();

/** By one run of each agent over one baseline. */
export async function verifyBothEnds(host: Host, folder: string): Promise<void> {
  const task = await loadTask(host, join(FIXTURES, folder), true);
  const { deps } = inMemory(host);
  const run = async (agent: RunAgent) => {
    const grades = await gradesOf(deps, task, agent, { baselineRuns: 1, sandbox: bothPlaces[0] });
    return { grades, score: await storedScore(deps.readText, { task, grades }) };
  };
  const each = <T>(value: T) => task.milestones.map(({ id }) => ({ id, ...value }));

  const reference = await run(createReferenceAgent({ patchFor: (milestone) => humanPatch(host, task, milestone) }));
  expect(
    reference.grades.map(({ id, resolved, useful, regressions, flaky, checks, trajectory }) => ({
      ...{ id, resolved, useful, regressions, flaky },
      notPassed: checks.filter(({ status }) => status !== 'passed'),
      gates: [...trajectory, ...checks.flatMap((check) => (check.status === 'unscored' ? [] : check.findings))].filter(
        ({ severity }) => severity === 'gate',
      ),
    })),
  ).toEqual(each({ resolved: 'yes', useful: 'yes', regressions: [], flaky: [], notPassed: [], gates: [] }));
  expect(reference.score).toMatchObject({
    ...{ zeroRegression: 'yes', completeChain: 'yes', breakages: [] },
    milestones: each({
      resolved: 'yes',
      withoutRegression: 'yes',
      useful: 'yes',
      resolution: 'full',
      fixRate: 1,
      precision: 1,
      recall: 1,
      f1: 1,
    }),
  });

  const nothing = await run(createNothingAgent());
  expect(nothing.grades.map(({ id, resolved, useful, failToPass: { passed } }) => ({ id, resolved, useful, passed }))).toEqual(
    each({ resolved: 'no', useful: 'no', passed: 0 }),
  );
  expect(nothing.score).toMatchObject({ milestones: each({ resolved: 'no', useful: 'no', fixRate: 0, recall: 0, f1: 0 }) });
}
