/** Install scripts: never unasked; asked for, in the sandbox, without anybody's credentials. */
import { expect, test } from 'vitest';
import { openWith, projectWithScript, runsScriptsOnlyWhenAsked } from '../helpers/installs.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

test('they run only when asked for', () => runsScriptsOnlyWhenAsked(workshop, 'pnpm@10.34.9'));

test('one that fails says so', async () => {
  const files = projectWithScript('pnpm@10.34.9', 'echo no compiler here; exit 3');
  const { code, message } = await refusal(openWith(workshop, files, { installScripts: true }));
  expect([code, message]).toEqual(['E_INSTALL_FAILED', expect.stringMatching(/^an install script failed:[\s\S]*no compiler here/)]);
});
