/** The small task that end-to-end tests run: three milestones, no dependencies, a suite of well under a second. */
import { join } from 'node:path';
import { noSandbox } from './workspaces.ts';
import { ROOT } from './cli.ts';

export const LIGHTHOUSE = join(ROOT, 'fixtures/end-to-end/tasks/lighthouse-log');
export const MILESTONES = ['01-measure-burning', '02-report-the-night', '03-name-the-keeper'] as const;

/** First milestone useful, the second resolved but breaking the first, the third not resolved. */
export const ROUNDS_THE_HOURS = join(ROOT, 'fixtures/end-to-end/model-scripts/rounds-the-hours.json');
/** The second milestone begins with a sleep of six seconds. */
export const TAKES_A_NAP = join(ROOT, 'fixtures/end-to-end/model-scripts/takes-a-nap.json');

/** Null where bubblewrap works. The task is not one of those that may run without asking. */
export const NO_SANDBOX_BECAUSE = noSandbox;
export const sandboxOption: readonly string[] = noSandbox === null ? [] : ['--unsafe-no-sandbox'];
