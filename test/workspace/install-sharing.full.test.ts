/** Dependencies are shared by every tree of a host, and no tree can change what another one sees, however they were laid. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { openWorkspace, probeLayMethod, type Workspace } from '#workspace';
import { LAY_METHODS, type LayMethod } from '#workspace/repository';
import type { GitRepository } from '../helpers/git-repository.ts';
import { noSandbox, refusal, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
let kiosk: GitRepository;
beforeAll(async () => {
  kiosk = await workshop.fixture(join(FIXTURES, 'kiosk-pnpm'));
});

const open = (layMethod: LayMethod, sandbox: 'required' | 'none' = 'required') =>
  openWorkspace(
    { ...workshop.host, layMethod },
    {
      repository: kiosk.repository,
      commit: kiosk.commits[0] as CommitSha,
      environmentFrom: kiosk.commits[0] as CommitSha,
      setup: DEFAULT_SETUP,
      sandbox,
      limits: DEFAULT_LIMITS,
    },
  );
const minutes = async (workspace: Workspace) => (await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output.trim();

/** Everything of the snapshots but the time of last access: names, kinds, modes, times, contents. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const walk = async (folder: string) => {
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      const facts = await lstat(path);
      hash.update(JSON.stringify([path, facts.mode, facts.uid, facts.mtimeMs, facts.ctimeMs, facts.isDirectory() || facts.size]));
      if (facts.isSymbolicLink()) hash.update(await readlink(path));
      else if (facts.isDirectory()) await walk(path);
      else hash.update(await readFile(path));
    }
  };
  const installs = join(workshop.host.cacheFolder, 'installs');
  for (const name of (await readdir(installs)).filter((name) => !name.includes('.')).sort()) await walk(join(installs, name));
  return hash.digest('hex');
}

/** One attempt a line; each may fail, and none may reach the snapshot. */
const VANDALISM = [
  'echo rigged > node_modules/ms/index.js',
  'echo more >> node_modules/.pnpm/ms@2.1.3/node_modules/ms/readme.md',
  'truncate -s 0 node_modules/ms/package.json',
  'chmod -R 777 node_modules',
  'touch -d 2001-01-01 node_modules/ms/license.md',
  'rm node_modules/ms/license.md',
  'mv node_modules/.pnpm/ms@2.1.3 node_modules/.pnpm/ms@9.9.9',
  'ln node_modules/ms/readme.md node_modules/hard',
  'rm -rf node_modules/.modules.yaml node_modules/.pnpm/lock.yaml',
  'mkdir -p node_modules/new && echo new > node_modules/new/index.js',
  'npm rebuild',
  'pnpm rebuild',
  'rm -rf node_modules/* node_modules/.pnpm',
  'rm -rf node_modules',
];

describe.skipIf(noSandbox !== null)('in the sandbox', () => {
  test.each(LAY_METHODS)('%s: an agent that lays waste to node_modules leaves the snapshot as it was', async (method) => {
    const files = ['index.js', 'readme.md', 'package.json'];
    await using workspace = await open(method);
    const before = await fingerprint();
    for (const act of VANDALISM) await workspace.exec(['bash', '-c', act]);
    for (const file of files) await workspace.writeFile(`node_modules/ms/${file}`, 'rigged').catch(() => {});
    expect(await fingerprint()).toBe(before);
    await workspace.exec(['bash', '-c', VANDALISM.at(-2) ?? '']);

    // What is graded is opened anew, and is pristine.
    await using graded = await open(method);
    expect(await minutes(graded)).toBe('120000');
    expect(await fingerprint()).toBe(before);
  });

  test.each(['overlay', 'reflink', 'copy'] as const)('%s: what an agent changes is there at its next command', async (method) => {
    await using workspace = await open(method);
    if (method === 'overlay' && (await probeLayMethod(workshop.host)) !== 'overlay') return;
    await workspace.exec(['bash', '-c', 'echo "module.exports = () => 7" > node_modules/ms/index.js; rm node_modules/ms/readme.md']);
    expect(await minutes(workspace)).toBe('7');
    expect(await workspace.readFile('node_modules/ms/index.js')).toBe('module.exports = () => 7\n');
    expect(await refusal(workspace.readFile('node_modules/ms/readme.md'))).toMatchObject({
      code: 'E_WORKSPACE_PATH',
      message: '"node_modules/ms/readme.md" does not exist.',
    });
    await workspace.writeFile('node_modules/ms/index.js', 'module.exports = () => 8\n');
    await workspace.writeFile('node_modules/made/by/hand.js', '');
    expect(await minutes(workspace)).toBe('8');
    expect((await workspace.exec(['ls', 'node_modules/made/by'])).output).toBe('hand.js\n');
  });

  test('overlay: commands given at once run one after the other', async () => {
    await using workspace = await open('overlay');
    const count = 'n=$(cat node_modules/n 2>/dev/null || echo 0); sleep 0.05; echo $((n + 1)) > node_modules/n';
    await Promise.all(Array.from({ length: 5 }, () => workspace.exec(['bash', '-c', count])));
    expect(await workspace.readFile('node_modules/n')).toBe('5\n');
  });

  test('read-only: a write is refused, and tools find their caches', async () => {
    await using workspace = await open('read-only');
    expect(await minutes(workspace)).toBe('120000');
    const { output } = await workspace.exec(['bash', '-c', 'echo x > node_modules/ms/index.js; echo kept > node_modules/.vite/results']);
    expect(output).toMatch(/Read-only file system/);
    expect((await workspace.exec(['cat', 'node_modules/.vite/results'])).output).toBe('kept\n');
    expect(await refusal(workspace.writeFile('node_modules/ms/index.js', 'x'))).toMatchObject({
      message: '"node_modules/ms/index.js" is read-only here: dependencies are shared.',
    });
    expect(await workspace.readFile('node_modules/ms/index.js')).toMatch(/module\.exports = function/);
  });

  test.each(['overlay', 'read-only'] as const)(
    '%s: paths that lead out of the tree are refused, by way of node_modules too',
    async (method) => {
      await using workspace = await open(method);
      await workspace.exec([
        'bash',
        '-c',
        'ln -s /etc/passwd node_modules/.cache/passwd; ln -s ../../.git/HEAD node_modules/.cache/head; ln -s /usr node_modules/.cache/usr; mkfifo node_modules/.cache/pipe',
      ]);
      const asked = ['passwd', 'head', 'pipe', 'usr/share', '.', 'none'].map((name) => join('node_modules/.cache', name));
      const answers = await Promise.all(
        asked.map(async (path) => (await refusal(workspace.readFile(path))).message.replace(/^"\S+" /, '')),
      );
      expect(answers).toEqual([
        'leads outside the repository.',
        'leads outside the repository.',
        'is not a regular file.',
        'leads outside the repository.',
        'is a folder.',
        'does not exist.',
      ]);
      expect(await refusal(workspace.writeFile('node_modules/.cache/usr/x', ''))).toMatchObject({ code: 'E_WORKSPACE_PATH' });
      expect(await refusal(workspace.readFile('node_modules/../../x'))).toMatchObject({ code: 'E_WORKSPACE_PATH' });
    },
  );

  test('programs on the host find the dependencies, and each finds its neighbours', async () => {
    await using workspace = await open('overlay');
    const found = await realpath(join(workspace.folder, 'node_modules/ms/package.json'));
    expect(found).toMatch(/\/installs\/[0-9a-f]{32}\/0\/node_modules\/\.pnpm\/ms@2\.1\.3\/node_modules\/ms\/package\.json$/);
    expect(await readlink(join(workspace.folder, 'node_modules/ms'))).toBe('.pnpm/ms@2.1.3/node_modules/ms');
    expect((await lstat(join(workspace.folder, 'node_modules'))).isDirectory()).toBe(true);
  });

  test('an open workspace leaves no mount on the host', async () => {
    await using workspace = await open('overlay');
    await minutes(workspace);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(workshop.host.cacheFolder);
  });
});

test('without a sandbox every tree has files of its own', async () => {
  await using workspace = await open('overlay', 'none');
  const before = await fingerprint();
  for (const act of VANDALISM) await workspace.exec(['bash', '-c', act]);
  expect(await fingerprint()).toBe(before);
  await using next = await open('overlay', 'none');
  expect(await minutes(next)).toBe('120000');
});
