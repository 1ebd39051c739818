/** A reader of a human tree that was stopped says nothing about the next trial. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP, NO_USAGE, type RunAgent } from '#contracts';
import { taskFromCommits } from '#harness';
import { useWorkshop } from '../helpers/workspaces.ts';
import { gradesOf, inMemory } from './corner-shop.ts';

const workshop = useWorkshop();

test('a compiler that did not end in time is asked again', async () => {
  const fog = join(await workshop.folder(), 'fog');
  const { repository, commits } = await workshop.repository(
    {
      files: {
        '.gitignore': 'node_modules\n',
        'package.json':
          '{ "private": true, "type": "module", "scripts": { "test": "node --test" }, "devDependencies": { "typescript": "file:./tools/typescript" } }\n',
        'tools/typescript/package.json': '{ "name": "typescript", "version": "0.0.1" }\n',
        'tools/typescript/bin/tsc': `if (require('node:fs').existsSync(${JSON.stringify(fog)})) setInterval(() => {}, 1000);\nelse console.log(process.argv.includes('--showConfig') ? '{ "files": ["./a.ts"], "include": ["**/*"] }' : 'Files: 1');\n`,
        'tsconfig.json': '{}\n',
      },
    },
    {
      files: {
        'src/open.ts': '',
        'test/open.test.ts': "import { test } from 'node:test';\nimport '../src/open.ts';\n\ntest('it is open', () => {});\n",
      },
    },
  );
  const [commit = '', reference = ''] = commits;
  const task = await taskFromCommits(workshop.host, { repository, commit, references: [reference], setup: DEFAULT_SETUP });
  const opens: RunAgent = async ({ workspace }) => {
    await workspace.writeFile('src/open.ts', '');
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
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
