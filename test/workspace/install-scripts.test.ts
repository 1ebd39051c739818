/** Install scripts: never unasked; asked for, in the sandbox, without anybody's credentials. */
import { expect, test } from 'vitest';
import { DEFAULT_SETUP } from '#contracts';
import { openWith, projectWithScript, runsScriptsOnlyWhenAsked } from '../helpers/installs.ts';
import { bothPlaces, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

test('they run only when asked for', () => runsScriptsOnlyWhenAsked(workshop, 'pnpm@10.34.9'));

test('one that fails says so', async () => {
  const files = projectWithScript('pnpm@10.34.9', 'echo no compiler here; exit 3');
  const { code, message } = await refusal(openWith(workshop, files, { installScripts: true }));
  expect([code, message]).toEqual(['E_INSTALL_FAILED', expect.stringMatching(/^an install script failed:[\s\S]*no compiler here/)]);
});

test.each(bothPlaces)('%s: what an agent leaves in its home and temporary folder, no install finds', async (sandbox) => {
  const looks = `node -e "const {tmpdir} = require('os'); fs.writeFileSync('made.js', 'module.exports = ' + JSON.stringify(fs.readdirSync(tmpdir())))"`;
  const origin = await workshop.repository({ files: { 'a.txt': '' } }, { files: projectWithScript('npm@11.0.0', looks) });
  const [, next] = origin.commits;
  if (!next) throw new Error('no commit');
  const setup = { ...DEFAULT_SETUP, installScripts: true };
  await using workspace = await workshop.open(origin, { setup, sandbox, referenceCommits: [next] });
  const leave = 'cd "$(node -p "os.tmpdir()")" && mkdir left-by-an-agent && ls';
  expect((await workspace.exec(['sh', '-c', leave])).output).toBe('left-by-an-agent\n');
  await workspace.useEnvironmentOf(next);
  const found = JSON.parse((await workspace.exec(['node', '-p', "JSON.stringify(require('built'))"])).output);
  expect(found).not.toContain('left-by-an-agent');
});
