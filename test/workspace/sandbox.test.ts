/** What code under test can reach from inside the sandbox: its tree, its home, its temporary folder, and the machine's programs. */

import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import { openWorkspace, type Workspace } from '#workspace';
import { NO_SETUP, noSandbox, processesNaming, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const files = { 'a.txt': 'a\n' };

describe.skipIf(noSandbox)('inside bubblewrap', () => {
  let workspace: Workspace;
  let server: Server;
  let outside: string;
  beforeAll(async () => {
    outside = await workshop.folder();
    await writeFile(join(outside, 'secret.txt'), 'secret of the host\n');
    server = createServer((_, response) => response.end('reached')).listen(0);
    const { repository, commits } = await workshop.repository({ files });
    const [commit] = commits;
    if (!commit) throw new Error('no commit');
    const host = { ...workshop.host, environment: { ...workshop.host.environment, OPENAI_API_KEY: 'sk-of-the-host', NODE_OPTIONS: '' } };
    workspace = await openWorkspace(host, {
      repository,
      commit,
      environmentFrom: commit,
      setup: NO_SETUP,
      sandbox: 'required',
      limits: DEFAULT_LIMITS,
    });
  });
  afterAll(async () => {
    await workspace[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const say = async (script: string) => (await workspace.exec(['bash', '-c', script])).output.trim();

  test('says what it is', () => {
    expect(workspace.isolation).toMatchObject({ sandbox: 'bubblewrap', version: expect.stringMatching(/^\d+\.\d+/) });
  });

  test('there is no network, not even this machine’s', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('reached');
    const knock = `fetch('http://127.0.0.1:${port}').then((r) => r.text(), (e) => e.cause?.code ?? e.message).then(console.log)`;
    expect(await say(`node -e "${knock}"`)).toBe('ECONNREFUSED');
    expect(await say(`node -e "require('node:dns').lookup('registry.npmjs.org', (e) => console.log(e?.code))"`)).toMatch(
      /EAI_AGAIN|ENOTFOUND|EAI_FAIL/,
    );
    expect(await say('ls /sys/class/net 2>&1; cat /proc/net/dev | tail -n +3 | cut -d: -f1')).toMatch(/lo$/);
  });

  test('settings and secrets of the machine are out of reach, for root too', async () => {
    expect(await say('exec 9>>/proc/sys/kernel/core_pattern')).toMatch(/Read-only file system|Permission denied/);
    expect(await say('cat /proc/timer_list 2>/dev/null | head -c 1')).toBe('');
    expect(await say('ls /etc/ssl')).not.toContain('private');
  });

  test('a server of its own can be reached by itself', async () => {
    const talk = `const s=require('node:http').createServer((q,r)=>r.end('hello')).listen(0,async()=>{console.log(await (await fetch('http://127.0.0.1:'+s.address().port)).text());s.close()})`;
    expect(await say(`node -e "${talk}"`)).toBe('hello');
  });

  test('no home, no temporary folder and no secret of the host', async () => {
    expect(await say(`cat ${join(outside, 'secret.txt')} ${workshop.host.cacheFolder}/* 2>&1 | grep -c secret.of`)).toBe('0');
    for (const folder of [homedir(), tmpdir(), '/root', '/var', '/srv', '/work', '/mnt', '/opt/downloads', process.cwd()]) {
      expect(await say(`ls -A ${folder} 2>/dev/null`), folder).toBe('');
    }
    expect(await say('ls /home; ls -A ~; echo ~')).toBe('agent\n/home/agent');
    expect(await say('ls /')).toBe('bin\ndev\netc\nhome\nlib\nlib64\nopt\nproc\nsbin\ntmp\nusr\nworkspace');
  });

  test('the environment holds what we chose and nothing of the host', async () => {
    expect((await say('env')).split('\n').sort()).toEqual([
      'CI=1',
      'HOME=/home/agent',
      'LANG=C.UTF-8',
      'PATH=/opt/node/bin:/usr/local/bin:/usr/bin:/bin',
      'PWD=/workspace',
      'SHLVL=0',
      'TZ=UTC',
      expect.stringMatching(/^_=/),
    ]);
    expect(await say('cat /proc/*/environ | tr "\\0" "\\n" | grep -c sk-of-the-host')).toBe('0');
  });

  test('no capability, no user but one, no way to become another', async () => {
    expect(await say('grep -E "^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)" /proc/self/status | tr -d "\\t"')).toBe(
      'CapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:0000000000000000\nCapAmb:0000000000000000\nNoNewPrivs:1',
    );
    expect(await say('id -u; id -g; hostname')).toBe('1000\n1000\nsandbox');
    for (const attempt of [
      'mount -t tmpfs none /tmp',
      'mknod disk b 8 0',
      'chown 12 a.txt',
      'echo x >/usr/bin/env',
      'echo x >/opt/node/bin/node',
    ]) {
      expect(await say(`if ( ${attempt} ) 2>/dev/null; then echo done; else echo refused; fi`), attempt).toBe('refused');
    }
    expect(await say('ls /dev')).not.toMatch(/sd|nvme|vd|mem|kmsg/);
  });

  test('hardly a word of the host: no argument, no inherited file, no user, no core of a namespace to build in', async () => {
    expect(await say('tr "\\0" " " </proc/1/cmdline')).toMatch(/bwrap --args 3 --json-status-fd 4 (--seccomp 5 )?-- bash -c tr /);
    expect(await say('tr "\\0" "\\n" </proc/1/environ')).toBe('');
    expect(await say('ls /proc/self/fd | tr "\\n" " "')).toBe('0 1 2 3'); // the last is the folder itself
    expect(await say('cut -d: -f1,6 /etc/passwd; cut -d: -f1 /etc/group; cat /etc/hosts')).toBe(
      'root:/root\nagent:/home/agent\nnobody:/nonexistent\nroot\nagent\nnogroup\n127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost ip6-loopback',
    );
    expect(await say('ls /sys 2>&1 | grep -c .; cat /proc/self/cgroup | cut -d: -f3 | sort -u')).toMatch(/^1\n\/$/);
    expect(await say('unshare --user --map-root-user true 2>&1 && echo made')).not.toContain('made');
  });

  test('system calls that reach what namespaces do not divide are refused', async ({ skip }) => {
    const perl = 'print join " ", map { my $r = syscall($_, 0, 0, 0, 0, 0); $r < 0 ? $! + 0 : "done" } @ARGV';
    if ((await say('command -v perl; uname -m')).replace(/^.*perl\n/, '') !== 'x86_64')
      return skip('the numbers below are those of x86_64');
    // keyctl, request_key, bpf, io_uring_setup, open_by_handle_at, the same keyctl by its x32 number; getpid is none of them.
    expect(await say(`perl -e '${perl}' 250 249 321 425 304 $((0x40000000 + 250)) 39`)).toMatch(/^1 1 1 1 1 1 done$/);
  });

  test('a zero in a value cannot begin an argument of the sandbox', async () => {
    const trick = workspace.exec(['true'], { environment: { NAME: 'x\0--ro-bind\0/\0/tmp/host' } });
    expect(await refusal(trick)).toMatchObject({ code: 'E_SANDBOX_BROKEN' });
  });

  test('processes of the host are neither seen nor reached', async () => {
    const visible = (await say('ls /proc | grep -E "^[0-9]+$" | wc -l')).trim();
    expect(Number(visible)).toBeLessThan(12);
    expect(await say(`kill -0 ${process.pid} 2>&1; ls /proc/${process.pid} 2>&1`)).toMatch(/No such process[\s\S]*No such file/);
  });

  test('a daemon in a session of its own dies with its command', async () => {
    const mark = `8${process.pid}`;
    expect(await say(`setsid nohup sleep ${mark} >/dev/null 2>&1 & sleep 0.2; pgrep -fc "sleep ${mark}" >/dev/null && echo runs`)).toMatch(
      /runs|^$/,
    );
    await vi.waitUntil(() => processesNaming(`sleep ${mark}`).length === 0);
  });

  test('home and temporary folder are kept from command to command, and end with the workspace', async () => {
    await say('echo note >~/note.txt; echo scrap >/tmp/scrap.txt');
    expect(await say('cat ~/note.txt /tmp/scrap.txt')).toBe('note\nscrap');
    await using other = await workshop.open(await workshop.repository({ files }), { sandbox: 'required' });
    expect((await other.exec(['bash', '-c', 'ls -A ~ /tmp'])).output).toBe('/home/agent:\n\n/tmp:\n');
  });

  test('only the tree is shared: what is written there is there', async () => {
    await say('echo written >b.txt');
    expect(await workspace.readFile('b.txt')).toBe('written\n');
    await workspace.writeFile('c.txt', 'from the host\n');
    expect(await say('cat c.txt')).toBe('from the host');
  });
});

describe('the policy', () => {
  const withoutBwrap = () => ({ ...workshop.host, environment: { PATH: '/nowhere' } });

  test('none: plain processes, said openly, with an environment of our choosing', async () => {
    await using workspace = await workshop.open(await workshop.repository({ files }), { sandbox: 'none' });
    expect(workspace.isolation).toMatchObject({ sandbox: 'none', version: null });
    const names = (await workspace.exec(['env'])).output
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.sort()).toEqual(['CI', 'HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ']);
    expect((await workspace.exec(['bash', '-c', 'echo $HOME:$TMPDIR'])).output.trim().split(':')).not.toContain(homedir());
  });

  test('required, where there is none: refused, with the way out', async () => {
    const { repository, commits } = await workshop.repository({ files });
    const commit = commits[0];
    if (!commit) throw new Error('no commit');
    const options = { repository, commit, environmentFrom: commit, setup: NO_SETUP, limits: DEFAULT_LIMITS };
    expect(await refusal(openWorkspace(withoutBwrap(), { ...options, sandbox: 'required' }))).toEqual({
      code: 'E_SANDBOX_UNAVAILABLE',
      message: 'Foreign code would run unprotected: bwrap is not installed; podman is not installed; docker is not installed.',
      retryable: false,
    });
    expect(await workshop.room('workspaces')).toEqual([]);
  });

  test.skipIf(noSandbox)('required, where the first look finds none: refused, though a second look would find one', async () => {
    const folder = await workshop.folder();
    const started = join(folder, 'started');
    const program = [
      '#!/bin/sh',
      `case "$*" in *--version*) echo bubblewrap 0.8.0; exit 0;; esac`,
      `[ -e ${started} ] && exec /usr/bin/bwrap "$@"`,
      `/bin/sleep 0.3; : >${started}; exit 1`,
    ];
    await writeFile(join(folder, 'bwrap'), program.join('\n'), { mode: 0o755 });
    const { repository, commits } = await workshop.repository({ files });
    const [commit] = commits;
    if (!commit) throw new Error('no commit');
    const host = { ...workshop.host, environment: { PATH: folder } };
    const options = { repository, commit, environmentFrom: commit, setup: NO_SETUP, limits: DEFAULT_LIMITS };
    expect(await refusal(openWorkspace(host, { ...options, sandbox: 'required' }))).toMatchObject({ code: 'E_SANDBOX_UNAVAILABLE' });
  });
});
