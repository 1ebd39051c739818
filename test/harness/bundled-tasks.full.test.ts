/** The reference scores full marks and nothing scores zero on every bundled task. */
import { test } from 'vitest';
import { useWorkshop } from '../helpers/workspaces.ts';
import { BUNDLED_TASKS, verifyBothEnds } from './bundled-tasks.ts';

const workshop = useWorkshop();

test.each(BUNDLED_TASKS)('%s', { timeout: 900_000 }, (folder) => verifyBothEnds(workshop.host, folder));
