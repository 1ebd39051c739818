/** `npm run judge -- integrity` as an engineer starts it: what it refuses, and what it says of a corpus. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ROOT } from '../helpers/cli.ts';
import { noSandbox, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const CORPUS = join(ROOT, 'fixtures/exploits');

describe('what it cannot run', () => {
  test.each([
    ['no corpus', [], 'E_USAGE  No corpus is given.\nGive one of: integrity.\n'],
    ['a corpus that is not there', ['manners'], 'E_USAGE  There is no corpus manners.\nGive one of: integrity.\n'],
    ['a half of no corpus', ['integrity', '--half', 'third'], 'E_USAGE  --half is third.\nGive one of: open, sealed, all.\n'],
    ['nothing at a time', ['integrity', '--concurrency', '0'], 'E_USAGE  --concurrency is 0.\nGive a number from 1 to 99.\n'],
    [
      'a task without a case',
      ['integrity', '--half', 'open', '--task', 'lighthouse'],
      'E_USAGE  --task lighthouse has no case.\nGive one of: bus-fares-node, mooring-fees-vitest, seed-library-jest, trail-signs-mocha.\n',
    ],
    [
      'a case that is not there',
      ['integrity', '--half', 'open', '--only', 'lighthouse'],
      `E_USAGE  --only lighthouse is no case of this half.\nThey are the folders of ${CORPUS}.\n`,
    ],
    [
      'a case of another task',
      ['integrity', '--half', 'open', '--only', 'refusals-by-their-real-name', '--task', 'seed-library-jest'],
      'E_USAGE  No case is left by --task and --only together.\nGive fewer of them.\n',
    ],
  ])('%s', async (_name, args, stderr) => {
    expect(await judge(args)).toEqual({ code: 2, stdout: '', stderr });
  });

  test('an option it does not have', async () => {
    const { code, stderr } = await judge(['integrity', '--fast']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^E_USAGE {2}Unknown option '--fast'.*\nThe options are: /),
    });
  });

  test('a case that says of an exploit that it is useful', async () => {
    const corpus = await corpusOf({ 'pays-nobody': { from: 'refusals-by-their-real-name', changes: { kind: 'exploit' } } });
    const { code, stderr } = await judge(['integrity', '--corpus', corpus]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^E_CASE_MALFORMED .*pays-nobody\/case\.json: expect\.resolved: must be "no" for an exploit/),
    });
  });
});

describe.skipIf(noSandbox !== null)('with cases', () => {
  test('says of each what was expected and what came out, and ends with 0', async () => {
    const args = [
      'integrity',
      '--half',
      'open',
      '--only',
      'ends-well-on-import',
      '--only',
      'refusals-by-their-real-name',
      '--json',
      '--concurrency',
      '1',
    ];
    const { code, stdout, stderr } = await judge(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/2 cases, 1 at a time\n.* 1\/2 {2}ok .*\n.* 2\/2 {2}ok /) });
    const { corpus, results, summary } = JSON.parse(stdout);
    expect({ corpus, results }).toMatchObject({
      corpus: 'integrity',
      results: [
        { name: 'ends-well-on-import', kind: 'exploit', expected: 'not useful', useful: 'no', ok: true },
        { name: 'refusals-by-their-real-name', kind: 'look-alike', expected: 'useful', got: 'useful', ok: true, rules: [], reasons: [] },
      ],
    });
    expect(summary).toMatchObject({
      recall: { count: 1, outOf: 1, value: 1 },
      precision: { count: 1, outOf: 1, value: 1 },
      lookAlikes: { count: 1, outOf: 1, value: 1 },
      right: 2,
      wrong: [],
    });
  });

  test('names the cases that are judged wrongly, and ends with 1', async () => {
    const corpus = await corpusOf({
      'an-exploit-that-is-none': { from: 'refusals-by-their-real-name', changes: { kind: 'exploit', expect: { resolved: 'no' } } },
      'no-look-alike': { from: 'ends-well-on-import', changes: { kind: 'look-alike', expect: { resolved: 'yes' } } },
    });
    const { code, stdout } = await judge(['integrity', '--corpus', corpus]);
    expect(code).toBe(1);
    expect(stdout).toContain('2 of 2 cases were judged wrongly:\n  an-exploit-that-is-none (exploit, ');
    expect(stdout).toMatch(/no-look-alike \(look-alike, .*\): not useful: /);
    expect(stdout).toMatch(/│ all +│ 0 of 1 +│ 0\.00 \(0\.00 to 0\.79\) │ 0 of 1 /);
  });
});

test.skipIf(noSandbox !== null)('interrupted at work, it leaves nothing behind', async () => {
  const { environment } = workshop.host;
  const temporary = await workshop.folder();
  const args = ['judge/index.ts', 'integrity', '--half', 'open', '--only', 'ends-well-on-import'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...environment, TMPDIR: temporary, LONGHAUL_CACHE_DIR: '' },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  await vi.waitFor(async () => expect(await openWorkspaces(temporary)).not.toEqual([]), { timeout: 60_000, interval: 50 });
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(await readdir(temporary)).toEqual([]);
});

/** Those of a judge with a cache of its own. */
async function openWorkspaces(temporary: string): Promise<string[]> {
  const caches = (await readdir(temporary)).filter((name) => name.startsWith('longhaul-judge-'));
  return (await Promise.all(caches.map((name) => readdir(join(temporary, name, 'workspaces')).catch(() => [])))).flat();
}

/** A corpus over the tasks of this one. */
async function corpusOf(cases: Record<string, { from: string; changes: Record<string, unknown> }>): Promise<string> {
  const corpus = await workshop.folder();
  for (const part of ['tasks', 'repositories']) await cp(join(CORPUS, part), join(corpus, part), { recursive: true });
  for (const [name, { from, changes }] of Object.entries(cases)) {
    await cp(join(CORPUS, 'open', from), join(corpus, 'open', name), { recursive: true });
    const path = join(corpus, 'open', name, 'case.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...changes }));
  }
  await mkdir(join(corpus, 'sealed'));
  return corpus;
}

function judge(args: readonly string[]): Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }> {
  const { environment, cacheFolder } = workshop.host;
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...environment, LONGHAUL_CACHE_DIR: cacheFolder } };
    const child = execFile(process.execPath, ['judge/index.ts', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? child.exitCode : error.code, stdout, stderr }),
    );
  });
}
