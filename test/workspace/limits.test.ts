/** Limits on memory, processes, time and output hold against commands that mean harm, and nothing of these is left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '#contracts';
import type { Workspace } from '#workspace';
import { bothPlaces, childProcesses, ended, NO_SETUP, processesNaming, sandboxFacts, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const limits = { ...DEFAULT_LIMITS, maxMemoryMb: 256, maxProcesses: 100, commandTimeoutMs: 30_000 };
const { limitsBy, notEnforced } = sandboxFacts;
const holds = (resource: (typeof notEnforced)[number]) => !notEnforced.includes(resource);
if (notEnforced.length > 0) console.warn(`Tests of limits are skipped, for nothing here enforces them: ${notEnforced.join(', ')}.`);

describe.each(bothPlaces)('sandbox %s', (sandbox) => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await workshop.open(await workshop.repository({ files: { 'a.txt': 'a\n' } }), { sandbox, limits });
  });
  afterAll(() => workspace[Symbol.asyncDispose]());
  const bash = (script: string, options = {}) => workspace.exec(['bash', '-c', script], options);
  const mark = (digit: number) => `7${process.pid}${digit}${sandbox.length}`;

  test('says what nothing enforces here', () => {
    expect(workspace.isolation.notEnforced).toEqual(notEnforced);
  });

  describe.skipIf(!holds('memory'))('memory', () => {
    test('a command that takes more than its share is killed, and says so', async () => {
      const result = await workspace.exec(['node', '-e', 'const kept=[]; for(;;) kept.push(Buffer.alloc(1<<24, 1))']);
      expect(ended(result)).toMatchObject({ ending: 'out-of-memory', exitCode: null });
    });

    test('so is one whose child does, whatever it makes of that', async () => {
      expect(await bash('head -c 600m /dev/zero | tail -c 600m | wc -c; echo went on')).toMatchObject({
        ending: 'out-of-memory',
        output: expect.stringContaining('went on'),
      });
    });

    test('many that take a little each count together', async () => {
      const result = await bash('for i in 1 2 3 4 5 6; do (head -c 60m /dev/zero | tail -c 60m | (sleep 2; wc -c)) & done; wait');
      expect(result.ending).toBe('out-of-memory');
    });

    test('one that stays below is left alone, files it writes included', async () => {
      expect(await bash('head -c 150m /dev/zero | tail -c 150m | wc -c; head -c 300m /dev/zero >big; rm big')).toMatchObject({
        ending: 'exited',
        exitCode: 0,
        output: '157286400\n',
      });
    });

    test('WebAssembly, which reserves much and uses little, works', async () => {
      const script = 'console.log(new WebAssembly.Memory({ initial: 1, maximum: 65536 }).buffer.byteLength)';
      expect((await workspace.exec(['node', '-e', script])).output).toBe('65536\n');
    });
  });

  describe.skipIf(!holds('processes'))('processes', () => {
    test('a fork bomb is held and ended, and the machine stays usable', async () => {
      const started = bash('bomb() { bomb | bomb & sleep 1; bomb; }; bomb; sleep infinity', { timeoutMs: 2000, maxOutputChars: 10_000 });
      const elsewhere = await Promise.all(Array.from({ length: 5 }, () => bash('echo usable')));
      expect(elsewhere.map(({ output }) => output)).toEqual(Array.from({ length: 5 }, () => 'usable\n'));
      expect(['timed-out', 'exited', 'signalled']).toContain((await started).ending);
    });

    test('what is one too many is refused', async () => {
      const script = `let refused = 0; for (let i = 0; i < 150; i++)
        require('node:child_process').spawn('sleep', ['60']).on('error', (error) => { refused += error.code === 'EAGAIN' });
        setImmediate(() => { console.log(refused > 20 && refused < 100); process.exit(); });`;
      expect((await workspace.exec(['node', '-e', script])).output).toBe('true\n');
    });

    test('threads count', async () => {
      const script = `const { Worker } = require('node:worker_threads'); let up = 0;
        for (let i = 0; i < 200; i++) new Worker('setInterval(() => {}, 1e6)', { eval: true }).on('online', () => up++).on('error', () => { console.log(up); process.exit(9); });`;
      const result = await workspace.exec(['node', '-e', script], { timeoutMs: 20_000 });
      expect(result.exitCode, result.output).not.toBe(0);
    });
  });

  describe.skipIf(!holds('cpu-time'))('processor time', () => {
    test('is metered, that of all it starts included', async () => {
      const work = 'while (process.cpuUsage().user < 4e5);';
      const idle = await bash('sleep 1');
      const busy = await bash(`node -e '${work}' & setsid node -e '${work}' & wait`);
      expect(idle.cpuMs).toBeLessThan(400);
      expect(busy.cpuMs).toBeGreaterThanOrEqual(800);
    });
  });

  describe('time', () => {
    test.each([
      ['waits for ever', 'sleep infinity'],
      ['works for ever', 'while :; do :; done'],
      ['ignores every signal it can', "trap '' TERM INT HUP QUIT USR1 USR2 PIPE; while :; do sleep 1; done"],
      ['has closed its output', 'exec >&- 2>&-; sleep infinity'],
      ['stops itself', 'kill -STOP $$; sleep infinity'],
      ['prints for ever', 'yes'],
    ])('a command that %s is ended', async (_, script) => {
      const result = await bash(script, { timeoutMs: 700, maxOutputChars: 1000 });
      expect(result).toMatchObject({ ending: 'timed-out', exitCode: null });
      expect(result.wallMs).toBeLessThan(6000);
    });

    test('a command that kills all it can reaches no one but its own', async () => {
      if (sandbox === 'none') return;
      const result = await bash('kill -9 $PPID; kill -9 1; kill -9 -1; echo alive');
      expect(['exited', 'signalled']).toContain(result.ending);
      expect(await bash('echo next')).toMatchObject({ exitCode: 0, output: 'next\n' });
    });
  });

  describe.skipIf(sandbox === 'none' && limitsBy === null)('daemons', () => {
    test.each([
      ['a session of its own', (word: string) => `setsid sleep ${word} & sleep 0.1; echo left`],
      ['a double fork', (word: string) => `(setsid bash -c "sleep ${word} & exit" &) ; sleep 0.1; echo left`],
      ['nohup, holding the output', (word: string) => `nohup setsid sleep ${word} & sleep 0.1; echo left`],
      [
        'one that begets the next as soon as it starts',
        (word: string) => `setsid bash -c 'f() { setsid bash -c "sleep 0.01; sleep ${word}" & sleep 0.02; f; }; f' & sleep 0.3; echo left`,
      ],
    ])('%s does not outlive its command', async (name, script) => {
      const word = mark(name.length % 10);
      const result = await bash(script(word), { timeoutMs: 20_000 });
      expect(result).toMatchObject({ ending: 'exited', exitCode: 0, output: expect.stringContaining('left\n') });
      expect(result.wallMs).toBeLessThan(4000);
      await vi.waitUntil(() => processesNaming(word).length === 0);
    });
  });

  describe('output', () => {
    test('a gigabyte costs what is kept', { timeout: 200_000 }, async () => {
      const before = process.memoryUsage().rss;
      const result = await bash('head -c 1000000000 /dev/zero | tr "\\0" x', { maxOutputChars: 1000, timeoutMs: 180_000 });
      expect(result).toMatchObject({ ending: 'exited', exitCode: 0, omittedChars: 1_000_000_000 - 1000 });
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    });

    test('one line of 64 MiB', async () => {
      const result = await bash('printf start; head -c 67108864 /dev/zero | tr "\\0" y; printf end', { maxOutputChars: 100 });
      expect(result.output).toMatch(/^starty{45}\n\[\.\.\. 67108772 characters left out \.\.\.\]\ny{47}end$/);
    });

    test('control characters and broken UTF-8 arrive as they are, and as far as they go', async () => {
      expect((await bash("printf '\\033[2J\\r\\b\\0\\xc3(\\xed\\xa0\\x80'")).output).toBe('\u001b[2J\r\b\0\ufffd(\ufffd\ufffd\ufffd');
    });

    test('a crash leaves no core file in the tree', async () => {
      await bash('ulimit -c unlimited 2>/dev/null; kill -SEGV $$');
      expect((await bash('ls')).output).toBe('a.txt\n');
    });
  });
});

describe('afterwards', () => {
  test('no process and no control group of all that is left', async () => {
    await vi.waitUntil(() => childProcesses().filter((command) => /bwrap|bash|sleep|node -e/.test(command)).length === 0);
    expect(groupsOf(process.pid)).toEqual([]);
  });

  test.skipIf(limitsBy === null)('what a killed process has left is swept by the next', async () => {
    const word = `7${process.pid}99`;
    const { repository, commits } = await workshop.repository({ files: { 'a.txt': 'a\n' } });
    const open = `{ repository: ${JSON.stringify(repository)}, commit: '${commits[0]}', environmentFrom: '${commits[0]}',
      sandbox: 'none', setup: ${JSON.stringify(NO_SETUP)}, limits: ${JSON.stringify(limits)} }`;
    const program = (rest: string) => `import { openWorkspace, sweepWorkspaces } from '#workspace';
      const host = { environment: process.env, cacheFolder: ${JSON.stringify(workshop.host.cacheFolder)} };
      const workspace = await openWorkspace(host, ${open}); ${rest}`;
    const start = (rest: string) =>
      spawn(process.execPath, ['--input-type=module', '-e', program(rest)], { stdio: 'ignore', cwd: process.cwd() });

    const killed = start(`await workspace.exec(['bash', '-c', 'setsid sleep ${word} & sleep ${word}']);`);
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length >= 2, { timeout: 30_000 });
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const next = start('await workspace[Symbol.asyncDispose](); await sweepWorkspaces(host);');
    expect(await once(next, 'exit')).toEqual([0, null]);
    await vi.waitUntil(() => processesNaming(`sleep ${word}`).length === 0);
    expect(groupsOf(killed.pid ?? 0)).toEqual([]);
  });
});

/** Folders of control groups that carry a process id of ours in their name. */
function groupsOf(pid: number): string[] {
  const below = (folder: string): string[] => {
    if (!existsSync(join(folder, 'cgroup.procs')) && folder !== '/sys/fs/cgroup') return [];
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.flatMap(({ name }) => [
      ...(name.startsWith(`longhaul-${pid}-`) && !name.endsWith('.scope') ? [join(folder, name)] : []),
      ...below(join(folder, name)),
    ]);
  };
  return existsSync('/sys/fs/cgroup') ? below('/sys/fs/cgroup') : [];
}
