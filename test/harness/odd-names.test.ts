/** Files whose names are no UTF-8: what lies in them is read, and none of them ends a trial. */
import { beforeAll, expect, test } from 'vitest';
import type { Task } from '#contracts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, outline, shell } from './corner-shop.ts';

const workshop = useWorkshop();
const [FIRST] = MILESTONES;

let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  const whole = await cornerShop(workshop.host);
  task = { ...whole, milestones: whole.milestones.slice(0, 1), setup: { ...whole.setup, build: ['true'] } };
  shared = inMemory(workshop.host);
});
const outlineOf = async (script: string) =>
  outline(await gradesOf(shared.deps, task, agentThat({ [FIRST]: and(asHuman(FIRST), shell(script)) }), { baselineRuns: 1 }));

test('one does not hide another, whose name is what a decoder makes of it', async () => {
  const hidden = "export const greet = () => eval(atob('MSArIDE='));";
  expect(await outlineOf(`echo "${hidden}" > src/$'\\uFFFD'.ts; echo 'export {};' > src/$'\\xff'.ts`)).toEqual([
    `${FIRST}: resolved yes, useful no; security failed`,
  ]);
});

test('settings of a runner and tests under such a name are laid over like any others', async () => {
  const settings = `mkdir $'\\xff' test/$'\\xfe'; echo '{ "jest": {} }' > $'\\xff'/package.json; echo '{}' > $'\\xff'/.mocharc.json`;
  expect(await outlineOf(`${settings}; touch test/$'\\xfe'/a.ts test/$'\\xff'.json`)).toEqual([`${FIRST}: resolved yes, useful yes`]);
});
