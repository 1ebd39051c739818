/** A trial whose process is killed in the middle of a grade leaves nothing that runs, nothing mounted, and no folder that a sweep does not take. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepWorkspaces } from '#workspace';
import { noSandbox, processesNaming, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const PATIENT = { timeout: 60_000 };

test.skipIf(noSandbox)('kill -9 while the graded suite hangs', async () => {
  const { cacheFolder } = workshop.host;
  const mark = `longhaul-orphan-${process.pid}`;
  const trial = spawn(process.execPath, [join(import.meta.dirname, 'killed-trial-entry.ts'), cacheFolder, mark], { stdio: 'ignore' });
  const ended = once(trial, 'exit');
  // The program itself has the mark among its arguments.
  const hanging = () => processesNaming(mark).filter((command) => command.startsWith(mark));
  try {
    await expect.poll(hanging, PATIENT).not.toEqual([]);
  } finally {
    trial.kill('SIGKILL');
    await ended;
  }
  await expect.poll(() => processesNaming(mark), PATIENT).toEqual([]);
  await expect.poll(() => processesNaming(cacheFolder), PATIENT).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(cacheFolder);
  expect(await workshop.room('workspaces')).not.toEqual([]);
  await sweepWorkspaces(workshop.host);
  expect(await workshop.room('workspaces')).toEqual([]);
});
