/** A submission that is too large to be kept is the agent's failure, and no end of its trial. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { NO_USAGE, type RunAgent } from '#contracts';
import { taskFromCommits } from '#harness';
import { NO_SETUP, useWorkshop } from '../helpers/workspaces.ts';
import { gradesOf, inMemory, outline } from './corner-shop.ts';

const workshop = useWorkshop();
const suite = (name: string) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { here } from '../src/${name}.mjs';\n\ntest('${name}', () => assert.ok(here));\n`;

test('the next milestone begins where this one did', async () => {
  // A patch tells what it removes, and nothing makes this smaller.
  const films = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`films/${index}.bin`, randomBytes(60 * 1024 * 1024)]));
  const { repository, commits } = await workshop.repository(
    { files: { ...films, 'src/open.mjs': 'export {};\n', 'package.json': '{ "scripts": { "test": "node --test" } }\n' } },
    { files: { 'src/door.mjs': 'export const here = true;\n', 'test/door.test.mjs': suite('door') } },
    { files: { 'src/till.mjs': 'export const here = true;\n', 'test/till.test.mjs': suite('till') } },
  );
  const [commit = '', ...references] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references, setup: NO_SETUP });
  const seen: string[] = [];
  const agent: RunAgent = async ({ workspace, request }) => {
    const isFirst = request.id === task.milestones[0]?.id;
    await workspace.writeFile(isFirst ? 'src/door.mjs' : 'src/till.mjs', 'export const here = true;\n');
    seen.push(...(await workspace.listFiles()).filter((path) => /^(films\/0|src\/(door|till))/.test(path)));
    if (isFirst) await workspace.exec(['rm', '-r', 'films']);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  const grades = await gradesOf(inMemory(workshop.host).deps, task, agent, { baselineRuns: 1 });
  expect(outline(grades)).toEqual([
    `${task.milestones[0]?.id}: resolved no, useful no; tests unscored by agent, earlier-milestones unscored by agent`,
    `${task.milestones[1]?.id}: resolved yes, useful yes`,
  ]);
  expect(grades[0]).toMatchObject({
    checks: [{ reason: expect.stringContaining('nothing could be handed in: The changes from') }, {}, {}, {}, {}],
    submission: { filesChanged: 0, refused: expect.stringContaining('are a patch of') },
  });
  expect(seen).toEqual(['films/0.bin', 'src/door.mjs', 'films/0.bin', 'src/till.mjs']);
}, 1_200_000);
