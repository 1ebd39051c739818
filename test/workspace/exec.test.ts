/** Every way a command can end, in the sandbox and without one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_SETUP } from '#contracts';
import type { Workspace } from '#workspace';
import { bothPlaces, childProcesses, ended, processesNaming, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

describe.each(bothPlaces)('sandbox %s', (sandbox) => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await workshop.open(await workshop.repository({ files: { 'a.txt': 'a\n' } }), {
      sandbox,
      setup: { ...DEFAULT_SETUP, install: false, environment: { FROM_TASK: 'task' } },
    });
  });
  afterAll(() => workspace[Symbol.asyncDispose]());
  const bash = (script: string, options = {}) => workspace.exec(['bash', '-c', script], options);

  test.each([
    ['true', 0, ''],
    ['exit 3', 3, ''],
    ['echo out; echo err >&2; exit 255', 255, 'out\nerr\n'],
    ['cat a.txt; pwd | grep -c .', 0, 'a\n1\n'],
    ['nonesuch', 127, 'bash: line 1: nonesuch: command not found\n'],
    ['cat', 0, ''],
    ['echo "$FROM_TASK"', 0, 'task\n'],
  ])('%s', async (script, exitCode, output) => {
    expect(ended(await bash(script))).toEqual({ ending: 'exited', exitCode, output });
  });

  test.each([['nonesuch'], ['./a.txt'], ['/nowhere/bin']])('%s is no program', async (program) => {
    expect(ended(await workspace.exec([program]))).toEqual({
      ending: 'not-started',
      exitCode: null,
      output: expect.stringMatching(/ENOENT|EACCES|No such file|Permission denied/),
    });
  });

  test('arguments reach the program as they are', async () => {
    const odd = ['-rf', '--', 'a b', '$HOME', "it's", 'new\nline', '', '*', '--setenv'];
    const { output } = await workspace.exec(['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd]);
    expect(JSON.parse(output)).toEqual(odd);
  });

  test('environment of the call outranks the task’s', async () => {
    expect((await bash('echo "$FROM_TASK $MORE"', { environment: { FROM_TASK: 'call', MORE: 'a=b c' } })).output).toBe('call a=b c\n');
  });

  test.each([
    ['text', 'Bücher\nlesen'],
    ['nothing', ''],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('standard input: %s', async (_, stdin) => {
    expect((await bash('cat | wc -c', { stdin })).output.trim()).toBe(String(Buffer.byteLength(stdin)));
  });

  test('standard input nobody reads does no harm', async () => {
    expect(await bash('exit 4', { stdin: 'x'.repeat(5_000_000) })).toMatchObject({ ending: 'exited', exitCode: 4 });
  });

  test('a program that prints 200 MB costs no more memory than is kept', async () => {
    const before = process.memoryUsage().rss;
    const result = await bash('echo begin; head -c 200000000 /dev/zero | tr "\\0" x; echo; echo end', { maxOutputChars: 1000 });
    expect(result).toMatchObject({ ending: 'exited', exitCode: 0, omittedChars: 200_000_011 - 1000 });
    expect(result.output).toMatch(/^begin\nx{494}\n\[\.\.\. 199999011 characters left out \.\.\.\]\nx{495}\nend\n$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  test('output that is no UTF-8 is shown as far as it goes', async () => {
    expect((await bash("printf 'caf\\xe9 \\xff\\xfe\\0end'")).output).toBe('caf\ufffd \ufffd\ufffd\0end');
  });

  test('characters of several bytes are whole, wherever the pipe cut them', async () => {
    const { output } = await bash('for i in $(seq 200); do printf "\\xf0\\x9f"; sleep 0.001; printf "\\x93\\x9a"; done');
    expect(output).toBe('📚'.repeat(200));
  });

  test('the time limit ends the program, and all it has started', async () => {
    const mark = `9${process.pid}1${sandbox.length}`;
    const result = await bash(`echo begun; sleep ${mark} & (sleep ${mark} &) ; sleep ${mark}`, { timeoutMs: 700 });
    expect(ended(result)).toEqual({ ending: 'timed-out', exitCode: null, output: 'begun\n' });
    expect(result.wallMs).toBeLessThan(5000);
    await vi.waitUntil(() => processesNaming(`sleep ${mark}`).length === 0);
  });

  test('a program that ignores requests to end is ended', async () => {
    expect(await bash('trap "" TERM INT HUP; while :; do sleep 0.1; done', { timeoutMs: 500 })).toMatchObject({ ending: 'timed-out' });
  });

  test('a daemon that holds the pipe open does not hold us, and does not outlive its command', async () => {
    const mark = `9${process.pid}2${sandbox.length}`;
    const result = await bash(`sleep ${mark} & echo started`);
    expect(ended(result)).toEqual({ ending: 'exited', exitCode: 0, output: 'started\n' });
    expect(result.wallMs).toBeLessThan(5000);
    await vi.waitUntil(() => processesNaming(`sleep ${mark}`).length === 0);
  });

  test('abort ends the program and throws the reason', async () => {
    const mark = `9${process.pid}3${sandbox.length}`;
    const stop = new AbortController();
    const reason = new Error('the run was cancelled');
    const running = bash(`sleep ${mark}`, { signal: stop.signal });
    await vi.waitUntil(() => processesNaming(`sleep ${mark}`).length > 0, { timeout: 10_000 });
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    await vi.waitUntil(() => processesNaming(`sleep ${mark}`).length === 0);
    await expect(bash('touch too-late', { signal: stop.signal })).rejects.toBe(reason);
    expect(await readFile(join(workspace.folder, 'too-late')).catch(() => null)).toBeNull();
  });

  test('many commands at once do not mix', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => bash(`sleep 0.1; echo ${index}; exit ${index}`)));
    expect(results.map(({ exitCode, output }) => `${exitCode} ${output}`)).toEqual(results.map((_, index) => `${index} ${index}\n`));
  });

  test('nothing of all that still runs', async () => {
    await vi.waitUntil(() => childProcesses().filter((command) => /bwrap|bash|sleep/.test(command)).length === 0);
  });
});
