/** The library that isolates on macOS keeps the same promises, as far as Linux can show: there it stands on bubblewrap. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { openWorkspace, probeSandboxes, type Workspace, type WorkspaceOptions } from '#workspace';
import { childProcesses, ended, environmentOfTests, NO_SETUP, processesNaming, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const look = await mkdtemp(join(tmpdir(), 'longhaul-look-'));
const facts = await probeSandboxes({ environment: environmentOfTests(), cacheFolder: look, sandbox: 'sandbox-runtime' });
await rm(look, { recursive: true });
const reason = facts.backends[0]?.reason ?? '';
/** One that is there and does not hold is no reason to skip. */
const whyNot =
  process.platform !== 'linux' ? 'what they expect is what Linux does' : /not (installed|available)/.test(reason) ? reason : null;
if (whyNot !== null) console.warn(`Tests of sandbox-runtime are skipped: ${whyNot}.`);

const scratchFolders = () => readdirSync(tmpdir()).filter((name) => /^(longhaul-\w{6}$|claude|srt-)/.test(name));
const scratchBefore = scratchFolders();

describe.skipIf(whyNot !== null)('by sandbox-runtime', () => {
  let workspace: Workspace;
  let other: Workspace;
  let server: Server;
  let hidden: string;
  let knocks = 0;
  const open = async (files: Record<string, string>, changes: Partial<WorkspaceOptions> = {}) => {
    const { repository, commits } = await workshop.repository({ files });
    const [commit] = commits;
    if (!commit) throw new Error('no commit');
    return openWorkspace(
      { ...workshop.host, sandbox: 'sandbox-runtime', environment: { ...workshop.host.environment, OPENAI_API_KEY: 'sk-of-the-host' } },
      { ...{ repository, commit, environmentFrom: commit, sandbox: 'required', setup: NO_SETUP, limits: DEFAULT_LIMITS }, ...changes },
    );
  };
  beforeAll(async () => {
    server = createServer((_, response) => {
      knocks += 1;
      response.end('reached');
    }).listen(0);
    [workspace, other] = await Promise.all([open({ 'a.txt': 'a\n' }), open({ 'b.txt': 'b\n' })]);
    hidden = join(workshop.host.cacheFolder, 'hidden');
    await mkdir(hidden, { recursive: true });
    await writeFile(join(hidden, 'secret.txt'), 'secret of the host\n');
  });
  afterAll(async () => {
    await workspace[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
    expect(childProcesses().filter((command) => command.includes('run-command-entry'))).toEqual([]);
    expect(scratchFolders().filter((name) => !scratchBefore.includes(name))).toEqual([]);
  });
  const bash = (script: string, options = {}) => workspace.exec(['bash', '-c', script], options);
  const say = async (script: string, options = {}) => (await bash(script, options)).output.trim();

  test('says what it is, and what it does not hold', () => {
    expect(workspace.isolation).toEqual({
      sandbox: 'sandbox-runtime',
      version: expect.stringMatching(/^\d+\.\d+/),
      notEnforced: ['memory', 'processes', 'cpu-time'],
    });
  });

  test('commands end as everywhere', async () => {
    expect(ended(await bash('echo out; echo err >&2; cat a.txt; exit 3'))).toEqual({
      ending: 'exited',
      exitCode: 3,
      output: 'out\nerr\na\n',
    });
    expect(await workspace.exec(['nonesuch'])).toMatchObject({ ending: 'not-started', exitCode: null });
    expect(await bash('kill -TERM $$')).toMatchObject({ ending: 'exited', exitCode: 128 + 15 });
    expect(await say('cat | wc -c', { stdin: 'x'.repeat(300_000) })).toBe('300000');
    expect(await bash('yes', { maxOutputChars: 1000, timeoutMs: 3000 })).toMatchObject({ ending: 'timed-out' });
    const odd = ['-rf', '--', 'a b', '$HOME', 'new\nline', '', "it's", '`id`', '*'];
    const { output } = await workspace.exec(['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd]);
    expect(JSON.parse(output)).toEqual(odd);
  });

  test('the environment is ours, value by value', async () => {
    const environment = { TMPDIR: '/elsewhere', HTTP_PROXY: 'mine', JAVA_TOOL_OPTIONS: 'a\nb', name: 'Ann', EMPTY: '' };
    const print = ['node', '-e', 'console.log(JSON.stringify(process.env))'];
    const { PATH, HOME, TMPDIR, ...rest } = JSON.parse((await workspace.exec(print)).output);
    expect(rest).toEqual({ CI: '1', LANG: 'C.UTF-8', TZ: 'UTC' });
    expect([HOME, TMPDIR].every((folder) => folder.startsWith(workshop.host.cacheFolder))).toBe(true);
    expect(PATH.split(':').slice(-6)).toEqual(['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']);
    const set = JSON.parse((await workspace.exec(print, { environment })).output);
    expect(set).toEqual({ ...rest, PATH, HOME, ...environment });
    expect(await say('cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c sk-of-the-host')).toBe('0');
  });

  test('no network, and nothing of this machine by it', async () => {
    const { port } = server.address() as AddressInfo;
    const knock = (url: string) => `fetch('${url}').then((r) => r.text(), (e) => e.cause?.code ?? e.message).then(console.log)`;
    expect(await say(`node -e "${knock(`http://127.0.0.1:${port}`)}"`)).toBe('ECONNREFUSED');
    expect(await say(`node -e "${knock(`http://registry.npmjs.org`)}"`)).toMatch(/EAI_AGAIN|ENOTFOUND/);
    // The library's proxy is there, and wants a password that only the script before the command has seen.
    const proxied = `(exec 3<>/dev/tcp/127.0.0.1/3128; printf 'GET http://127.0.0.1:${port}/ HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3)`;
    expect(await say(proxied)).toContain('407');
  });

  test('nothing of users, cache, other trees and temporary files can be read', async () => {
    const own = workspace.folder;
    expect(await say(`cat ${join(hidden, 'secret.txt')} 2>&1 | grep -c secret.of`)).toBe('0');
    expect(await say(`cat ${join(other.folder, 'b.txt')} 2>/dev/null | wc -l`)).toBe('0');
    expect(await say(`ls -A ${join(own, '..', 'control.git')} ${homedir()} ${process.cwd()}/workspace /srv 2>/dev/null | grep -v :$`)).toBe(
      '',
    );
    expect(await say(`ls -A ${tmpdir()} | grep -v ^longhaul-`)).toBe('');
    expect(await say('cat a.txt')).toBe('a');
  });

  test('only the tree, the home and the temporary folder can be written', async () => {
    const outside = [join(hidden, 'x'), join(other.folder, 'x'), join(homedir(), 'longhaul-x'), '/usr/longhaul-x', '/etc/longhaul-x'];
    for (const file of outside) {
      await bash(`echo x >${file}`);
      expect(existsSync(file), file).toBe(false);
    }
    await bash(`mkdir -p /tmp/claude && echo x >/tmp/claude/x; mv ${hidden} ${workspace.folder}/moved`);
    expect(existsSync('/tmp/claude/x')).toBe(false);
    expect(readFileSync(join(hidden, 'secret.txt'), 'utf8')).toBe('secret of the host\n');
    await bash(
      'mkdir -p .vscode .git/hooks; for f in .bashrc .gitmodules .vscode/x .git/hooks/x ~/note $TMPDIR/scrap; do echo $f >$f; done',
    );
    expect(await say('cat .bashrc .gitmodules .vscode/x .git/hooks/x ~/note $TMPDIR/scrap')).toMatch(
      /^\.bashrc\n\.gitmodules\n\.vscode\/x\n\.git\/hooks\/x\n\S+\/note\n\S+\/scrap$/,
    );
    expect(await workspace.readFile('.bashrc')).toBe('.bashrc\n');
  });

  test('time is limited, and no daemon is left', async () => {
    const word = `7${process.pid}`;
    expect(await bash(`setsid sleep ${word} & sleep ${word}`, { timeoutMs: 3000 })).toMatchObject({ ending: 'timed-out' });
    expect(await bash(`setsid sleep ${word} & sleep 0.2; echo left`)).toMatchObject({ exitCode: 0, output: 'left\n' });
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length === 0);
    const stop = new AbortController();
    const aborted = bash(`sleep ${word}`, { signal: stop.signal });
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length > 0, { timeout: 10_000 });
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length === 0);
  });

  test.each(['npm@11.6.0', 'pnpm@10.28.0', 'yarn@1.22.22', 'yarn@4.12.0', 'bun@1.3.5'])(
    'an install by %s reaches the registry, and lays copies',
    async (packageManager) => {
      const manifest = { name: 'harbour', version: '1.0.0', packageManager, dependencies: { 'is-odd': '3.0.1' } };
      await using installed = await open({ 'package.json': JSON.stringify(manifest) }, { setup: { ...DEFAULT_SETUP, install: true } });
      expect(installed.environment).toMatchObject({
        packageManager: packageManager.replace('@', ' '),
        dependencies: expect.stringMatching(/^(reflink|copy)$/),
      });
      expect((await installed.exec(['node', '-p', 'require("is-odd")(3)'])).output).toBe('true\n');
    },
  );

  test.each(['[::ffff:127.0.0.1]', '0.0.0.0'])('an install does not reach this machine as %s', async (name) => {
    const { port } = server.address() as AddressInfo;
    const files = {
      'package.json': JSON.stringify({ name: 'reef', version: '1.0.0', dependencies: { 'is-odd': '3.0.1' } }),
      '.npmrc': `registry=http://${name}:${port}/\n`,
    };
    const outcome = await refusal(open(files, { setup: { ...DEFAULT_SETUP, install: true } }));
    expect(outcome.code).toMatch(/^E_(REGISTRY_UNREACHABLE|REGISTRY_DENIED|INSTALL_FAILED)$/);
    expect(knocks).toBe(0);
  });
});
