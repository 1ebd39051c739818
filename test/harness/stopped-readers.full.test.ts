/** A reader of a human tree that was stopped says nothing about the next trial. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import { useWorkshop } from '../helpers/workspaces.ts';
import { gradesOf, inMemory } from './corner-shop.ts';
import { opens, taskWithCompiler } from './own-compiler.ts';

const workshop = useWorkshop();

test('a compiler that did not end in time is asked again', async () => {
  const fog = join(await workshop.folder(), 'fog');
  const task = await taskWithCompiler(
    workshop,
    `if (require('node:fs').existsSync(${JSON.stringify(fog)})) setInterval(() => {}, 1000);\nelse console.log(process.argv.includes('--showConfig') ? '{ "files": ["./a.ts"], "include": ["**/*"] }' : 'Files: 1');\n`,
  );
  const { deps } = inMemory(workshop.host);
  const typesOf = async () => {
    const [grade] = await gradesOf(deps, task, opens, { limits: { ...DEFAULT_LIMITS, testTimeoutMs: 20_000 }, baselineRuns: 1 });
    return grade?.checks.find(({ check }) => check === 'types');
  };
  await writeFile(fog, '');
  expect(await typesOf()).toMatchObject({ status: 'unscored', fault: 'environment', reason: expect.stringContaining('timed-out') });
  await rm(fog);
  expect(await typesOf()).toMatchObject({ status: 'passed' });
});
