/** The reference scores full marks and nothing scores zero on every bundled task that installs nothing. */
import { expect, test } from 'vitest';
import { useWorkshop } from '../helpers/workspaces.ts';
import { BUNDLED_TASKS, verifyBothEnds } from './bundled-tasks.ts';

const workshop = useWorkshop();
const light = BUNDLED_TASKS.filter(({ setup }) => !setup.install).map(({ folder }) => folder);

test('some tasks install nothing, and some do', () => {
  expect(light.length).toBeGreaterThanOrEqual(2);
  expect(BUNDLED_TASKS.length).toBeGreaterThan(light.length);
});

test.each(light)('%s', (folder) => verifyBothEnds(workshop.host, folder));
