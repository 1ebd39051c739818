/** Install scripts: never unasked; asked for, in the sandbox, on the project's Node, without anybody's credentials. */
import { describe, expect, test } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { openWorkspace, type Workspace } from '#workspace';
import { bothPlaces, noSandbox, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const [place] = bothPlaces;
const SECRET = 'https://:a-secret-of-the-host@registry.example';

/** esbuild before 0.13 fetches its program by an install script; a folder of the repository is a package with one of its own. */
const built = (script: string) => ({ name: 'built', version: '1.0.0', main: 'made.js', scripts: { postinstall: script } });
const MAKES = "node -e \"require('fs').writeFileSync('made.js', 'module.exports = ' + JSON.stringify([process.version, process.env]))\"";
const project = (manager: string, script = MAKES, more = {}) => ({
  'package.json': JSON.stringify({
    name: 'shop',
    private: true,
    packageManager: manager,
    dependencies: { built: 'file:./built' },
    ...more,
  }),
  'built/package.json': JSON.stringify(built(script)),
});

async function open(files: Record<string, string>, installScripts: boolean): Promise<Workspace> {
  const { repository, commits } = await workshop.repository({ files });
  const commit = commits[0] as CommitSha;
  const host = { ...workshop.host, environment: { ...workshop.host.environment, LONGHAUL_NPM_CREDENTIALS: SECRET } };
  const setup = { ...DEFAULT_SETUP, installScripts };
  return openWorkspace(host, { repository, commit, environmentFrom: commit, setup, sandbox: place, limits: DEFAULT_LIMITS });
}
const made = (workspace: Workspace) => workspace.exec(['node', '-p', "JSON.stringify(require('built'))"]);

describe.each(['pnpm@10.34.9', 'yarn@1.22.22', 'yarn@4.18.1', 'bun@1.4.5'])('%s', (manager) => {
  test('unasked they do not run', async () => {
    await using workspace = await open(project(manager), false);
    const { exitCode, output } = await made(workspace);
    expect([exitCode, output]).toEqual([1, expect.stringContaining("Cannot find module '/workspace/node_modules/built/made.js'")]);
  });

  test('asked for they do, and see neither credentials nor the home of the host', async () => {
    await using workspace = await open(project(manager), true);
    const [version, environment] = JSON.parse((await made(workspace)).output);
    expect(version).toBe(process.version);
    expect(JSON.stringify(environment)).not.toContain('a-secret-of-the-host');
    expect(environment.LONGHAUL_NPM_CREDENTIALS).toBeUndefined();
    if (noSandbox === null) expect(environment.HOME).toBe('/home/install');
  });
});

test('npm: on the project’s own Node, for a package of the registry', async () => {
  // An old release that fetches its program with an install script, and fails to run without.
  const files = { 'package.json': JSON.stringify({ engines: { node: '18' }, dependencies: { esbuild: '0.12.29' } }) };
  const ask = ['node', '-p', "require('esbuild').transformSync('let x: number = 1', { loader: 'ts' }).code"];
  await using without = await open(files, false);
  expect((await without.exec(ask)).exitCode).toBe(1);
  await using withScripts = await open(files, true);
  expect((await withScripts.exec(ask)).output).toBe('let x = 1;\n\n');
});

test('one that fails says so', async () => {
  const { code, message } = await refusal(open(project('pnpm@10.34.9', 'echo no compiler here; exit 3'), true));
  expect([code, message]).toEqual(['E_INSTALL_FAILED', expect.stringMatching(/^an install script failed:[\s\S]*no compiler here/)]);
});
