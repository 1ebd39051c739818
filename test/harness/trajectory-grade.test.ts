/** What an agent did on its way stands beside its grade and changes nothing in it. */
import { expect, test } from 'vitest';
import { NO_USAGE, type RunAgent } from '#contracts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST] = MILESTONES;

test('a look into history is told, and costs nothing', async () => {
  const agent: RunAgent = async ({ workspace, emit }) => {
    await asHuman(FIRST)(workspace);
    const actions = ['git log --all', 'git diff'].map((command) => ({ tool: 'run_command', arguments: { command } }));
    const observations = actions.map(() => ({ status: 'ok' as const, text: '', wallMs: 1 }));
    emit({ schemaVersion: 1, index: 0, content: '', actions, observations, usage: NO_USAGE });
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  const task = await cornerShop(workshop.host);
  const { deps } = inMemory(workshop.host);
  const grades = await gradesOf(deps, { ...task, milestones: task.milestones.slice(0, 1) }, agent, { baselineRuns: 1 });
  expect(outline(grades)).toEqual([`${FIRST}: resolved yes, useful yes`]);
  expect(grades[0]?.trajectory).toMatchObject([{ severity: 'warn', place: { path: 'trajectory', line: 1 }, witness: ['git log --all'] }]);
});
