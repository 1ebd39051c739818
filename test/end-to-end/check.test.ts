/** `longhaul check` as a user meets it: in a clone, with changes that are good, bad, or beyond judging. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckRefusal, CheckReport, type ErrorCode } from '#contracts';
import { runCli } from '../helpers/cli.ts';
import { buildHistory, cloneOf } from '../helpers/git-repository.ts';
import { openPlace, type Place } from '../helpers/place.ts';
import { type Changes, type Clone, ORDERS_FROM_COUNTER, openBakery } from './bakery.ts';

let place: Place;
let bakery: (changes?: Changes) => Clone;
beforeAll(() => {
  place = openPlace();
  ({ clone: bakery } = openBakery(place, {
    files: { 'src/oven/heat.ts': 'export const heat = 230;\n' },
    tags: ['v1.0.0'],
  }));
});
afterAll(() => place[Symbol.asyncDispose]());

const check = (folder: string, ...args: string[]) => runCli(['check', folder, ...args], place);

async function report(folder: string, ...args: string[]): Promise<CheckReport & { code: number }> {
  const { stdout, code } = await check(folder, '--json', ...args);
  expect(stdout.match(/\n/g), stdout).toHaveLength(1);
  return { ...CheckReport.parse(JSON.parse(stdout)), code };
}

describe.concurrent('what a change does', () => {
  test('nothing: 0', async () => {
    const { stdout, code } = await check(bakery().folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^passed {2}nothing new\n.*on main against .*: HEAD: all commits here are in origin\/main/);
    expect(stdout).toContain('Nothing that is judged differs from HEAD');
  });

  test('a cycle that is not committed yet: 1, with its place, its way round and what to do instead', async () => {
    const { folder } = bakery(ORDERS_FROM_COUNTER);
    const { stdout, code } = await check(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed {2}/);
    expect(stdout).toContain('src/pantry/flour.ts → src/counter/sell.ts → src/oven/bake.ts → src/pantry/flour.ts');
    expect(stdout).toMatch(/✗ src\/pantry\/flour\.ts:1 {2}gate new-cycle/);
    expect(stdout).toContain('Move what both sides need into a file below them');
  });

  test('a new file that git does not know yet is judged; one that it ignores is not', async () => {
    const files = {
      '.gitignore': 'draft/\n',
      'src/counter/new shelf.ts': "import './nowhere.ts';\n",
      'draft/try.ts': "import './nowhere.ts';\n",
    };
    const { findings, code } = await report(bakery(files).folder);
    expect(findings.filter(({ severity }) => severity === 'gate').map(({ rule, place: { path } }) => `${rule} ${path}`)).toEqual([
      'unresolved-import src/counter/new shelf.ts',
    ]);
    expect(code).toBe(1);
  });

  test('an import of what a build made and git ignores is no broken one', async () => {
    const files = {
      '.gitignore': 'made/\n',
      'src/counter/prices.ts': "import './made/prices.js';\n",
      'src/counter/made/prices.ts': 'export {};\n',
    };
    const { findings, verdict } = await report(bakery(files).folder);
    expect({ verdict, told: findings.map(({ rule, severity }) => `${severity} ${rule}`) }).toMatchObject({
      verdict: 'passed',
      told: expect.arrayContaining(['record unresolved-import']),
    });
  });

  test('an import of a folder that has no index is a broken one', async () => {
    const { findings, code } = await report(bakery({ 'src/counter/sign.ts': "import '../oven';\n" }).folder);
    expect(findings.filter(({ severity }) => severity === 'gate').map(({ rule }) => rule)).toEqual(['unresolved-import']);
    expect(code).toBe(1);
  });

  test('an import of a link, which is not read and which git does not ignore, is a broken one', async () => {
    const { folder } = bakery({ 'src/counter/open.ts': "import './sell.ts';\nimport './linked.ts';\n" });
    symlinkSync('sell.ts', join(folder, 'src/counter/linked.ts'));
    const { findings } = await report(folder);
    expect(findings.filter(({ severity }) => severity === 'gate').map(({ id }) => id)).toEqual([
      'unresolved-import:src/counter/open.ts -> ./linked.ts',
    ]);
  });

  test('a text that brings the native parser down ends in an error, and not the program with it', async () => {
    const chain = `export const x = 1;\nif (x) {}${' else if (x) {}'.repeat(60_000)}\n`;
    const { stdout, stderr, code } = await check(bakery({ 'src/counter/sell.ts': chain }).folder, '--json');
    expect(code).toBe(2);
    expect(stderr).toContain('E_TREE_UNREADABLE');
    expect(CheckRefusal.parse(JSON.parse(stdout)).error.code).toBe('E_TREE_UNREADABLE');
  });

  test('public names that are added or gone: which version comes next', async () => {
    const files = { 'package.json': JSON.stringify({ name: 'bakery', type: 'module', exports: './src/oven/heat.ts' }) };
    const { folder, git } = bakery(files);
    git('add', '-A');
    git('commit', '-qm', 'feat: the oven is for everybody');
    const once = async (text: string) => {
      writeFileSync(join(folder, 'src/oven/heat.ts'), text);
      const { versions, code } = await report(folder, '--base', 'HEAD');
      return { versions, code };
    };
    expect(await once('export const heat = 230;\nexport const steam = true;\n')).toEqual({
      versions: [{ package: 'bakery', class: 'minor' }],
      code: 0,
    });
    expect(await once('export const steam = true;\n')).toMatchObject({ versions: [{ package: 'bakery', class: 'major' }], code: 1 });
  });

  test('a branch is compared with where it left the default branch, a tag with where the work left the tag', async () => {
    const { folder, git } = bakery(ORDERS_FROM_COUNTER);
    git('checkout', '--quiet', '-b', 'orders');
    git('commit', '--quiet', '--all', '-m', 'The pantry orders');
    const branch = await report(folder);
    expect(branch).toMatchObject({
      verdict: 'failed',
      code: 1,
      base: { why: 'where this work and origin/main parted' },
      head: { branch: 'orders' },
    });
    expect(await report(folder, '--base', 'HEAD')).toMatchObject({ verdict: 'passed', code: 0 });
    expect(await report(folder, '--base', 'v1.0.0')).toMatchObject({
      verdict: 'failed',
      base: { commit: branch.base.commit, why: 'v1.0.0' },
    });
  });

  test('a folder narrows what is shown, and never what is judged', async () => {
    const { folder } = bakery(ORDERS_FROM_COUNTER);
    const oven = await report(join(folder, 'src/oven'));
    expect(oven).toMatchObject({ folder: 'src/oven', verdict: 'failed', code: 1 });
    expect(oven.findings.every(({ place: { path } }) => path.startsWith('src/oven/'))).toBe(true);
    expect(oven.elsewhere.gate).toBeGreaterThan(0);
    expect((await check(join(folder, 'src/oven'))).stdout).toContain('outside src/oven');
  });

  test('imports that are gone prove nothing: 2, whatever was found', async () => {
    const { folder } = bakery({ 'src/counter/sell.ts': 'export const sell = 1;\n', 'src/oven/bake.ts': 'export const bake = 1;\n' });
    expect(await report(folder)).toMatchObject({ verdict: 'unscored', reason: expect.stringContaining('are gone'), code: 2 });
  });

  test('a repository without TypeScript or JavaScript: 2, and why', async () => {
    const { repository } = buildHistory(join(place.folder, 'mill.git'), [{ files: { 'mill.py': 'grind = 1\n' } }]);
    const folder = cloneOf(repository, join(place.folder, 'mill'));
    expect(await report(folder)).toMatchObject({
      verdict: 'unscored',
      reason: expect.stringContaining('no TypeScript or JavaScript'),
      code: 2,
    });
  });
});

describe.concurrent('where it goes', () => {
  test('the base is read once, and then remembered; with --no-cache never', async () => {
    const { folder } = bakery({ 'src/mill.ts': 'export {};\n' });
    const environment = { ...place.environment, LONGHAUL_CACHE_DIR: join(place.folder, 'own-cache') };
    const runs = [];
    for (const args of [['--no-cache'], [], [], ['--no-cache']]) {
      const { stdout, stderr } = await runCli(['check', folder, '--json', ...args], { environment });
      runs.push({ remembered: JSON.parse(stdout).timing.baseRemembered, isRead: stderr.includes('reading the base') });
    }
    const [read, remembered] = [
      { remembered: false, isRead: true },
      { remembered: true, isRead: false },
    ];
    expect(runs).toEqual([read, read, remembered, read]);
  });

  test('what is remembered and damaged is read again', async () => {
    const { folder } = bakery(ORDERS_FROM_COUNTER);
    const cache = join(place.folder, 'bitten-cache');
    const environment = { ...place.environment, LONGHAUL_CACHE_DIR: cache };
    const run = async () => CheckReport.parse(JSON.parse((await runCli(['check', folder, '--json'], { environment })).stdout));
    const first = await run();
    const bases = join(cache, 'checks/bases');
    for (const name of readdirSync(bases)) {
      const text = readFileSync(join(bases, name), 'utf8');
      writeFileSync(join(bases, name), text.replace('src/oven/heat.ts', 'src/oven/beat.ts'));
    }
    const second = await run();
    expect(second).toEqual({ ...first, timing: second.timing });
    expect(second.timing.baseRemembered).toBe(false);
  });

  test('a cache that cannot be written is no reason to fail, and is told', async () => {
    const cache = join(place.folder, 'damaged-cache');
    mkdirSync(cache);
    writeFileSync(join(cache, 'checks'), 'a file where a folder must be\n');
    const { stdout, code } = await runCli(['check', bakery().folder, '--json'], {
      environment: { ...place.environment, LONGHAUL_CACHE_DIR: cache },
    });
    expect(code).toBe(0);
    expect(CheckReport.parse(JSON.parse(stdout)).notes.join('\n')).toContain('could not be remembered');
  });

  test('SARIF, page, picture and JSON say the same', async () => {
    const { folder } = bakery(ORDERS_FROM_COUNTER);
    const [sarif, page] = [join(place.folder, 'check.sarif'), join(place.folder, 'check.html')];
    const picture = join(place.folder, 'check.svg');
    const { findings, explanation } = await report(folder, '--sarif', sarif, '--html', page, '--svg', picture, '--explain');
    expect(explanation?.join('\n')).toContain('src/oven may depend on src/pantry');
    expect(readFileSync(picture, 'utf8')).toContain('src/pantry → src/counter, forbidden');
    const { results } = JSON.parse(readFileSync(sarif, 'utf8')).runs[0];
    expect(results.map(({ properties }: { properties: { identity: string } }) => properties.identity)).toEqual(
      findings.map(({ id }) => id),
    );
    expect(readFileSync(page, 'utf8')).toContain('src/pantry/flour.ts:1');
    const { stdout } = await check(folder, '--sarif', '-');
    expect(JSON.parse(stdout).runs[0].results).toEqual(results);
  });
});

describe.concurrent('what the repository sets', () => {
  const settings = (check: unknown) => JSON.stringify({ check });
  const cycle = ORDERS_FROM_COUNTER;

  test('severities by rule, as the base has them: a change does not loosen the gate it has to pass', async () => {
    const lax = settings({ severities: { 'new-cycle': 'record', 'module-cycle': 'off', 'no-such-rule': 'gate' } });
    const { folder, git } = bakery({ ...cycle, 'longhaul.config.json': lax });
    expect(await report(folder)).toMatchObject({ verdict: 'failed' });
    git('add', 'longhaul.config.json');
    git('commit', '--quiet', '-m', 'We are at ease');
    const eased = await report(folder, '--base', 'HEAD');
    expect(eased).toMatchObject({ verdict: 'passed', code: 0 });
    expect(eased.findings.find(({ rule }) => rule === 'new-cycle')?.severity).toBe('record');
    expect(eased.notes.join('\n')).toMatch(/turn module-cycle off: 1 not shown[\s\S]*rule "no-such-rule", which there is not/);
  });

  test.for([
    [
      'package.json',
      '{ "longhaul": { "check": { "severity": {} } } }',
      /package\.json: longhaul of the base: check: Unrecognized key: "severity"/,
    ],
    ['longhaul.config.json', '{ "check": { "severities": { "new-cycle": "fatal" } } }', /check\.severities\.new-cycle/],
    ['longhaul.config.json', '{ check: 1 }', /is no JSON/],
  ] as const)('%s with %s is refused by name', async ([path, text, message]) => {
    const { folder, git } = bakery({ [path]: text });
    git('add', path);
    git('commit', '--quiet', '-m', 'Settings');
    const { stdout, stderr, code } = await check(folder, '--base', 'HEAD');
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(message);
    expect(stderr).toContain('E_SETTINGS_MALFORMED');
  });
});

describe.concurrent('bad input: 2, a code, and with --json one document too', () => {
  const refused = async (args: readonly string[], expected: ErrorCode, words: RegExp) => {
    const { stdout, stderr, code } = await runCli(['check', ...args, '--json'], place);
    const { error } = CheckRefusal.parse(JSON.parse(stdout));
    expect({ code, said: error.code }).toEqual({ code: 2, said: expected });
    expect(error.message).toMatch(words);
    expect(error.action).not.toBe('');
    expect(stderr).toContain(expected);
  };

  test('a path that is not there', () => refused([join(place.folder, 'nowhere')], 'E_NO_WORKING_TREE', /does not exist/));
  test('a folder in no repository', () => refused([place.folder], 'E_NO_WORKING_TREE', /no git repository/));
  test('a base that there is not', () =>
    refused([bakery().folder, '--base', 'v1.0'], 'E_BASE_UNKNOWN', /no commit "v1\.0"\. Names that come near: v1\.0\.0/));

  test('a file that cannot be written', async () => {
    const { stderr, code } = await check(bakery().folder, '--html', join(place.folder, 'no/such/folder/check.html'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/E_USAGE .*there is no such folder/);
  });

  test('two that want standard output', async () => {
    const { stderr, code } = await check('.', '--json', '--sarif', '-');
    expect({ code, said: stderr.includes('E_USAGE') }).toEqual({ code: 2, said: true });
  });
});

test('nothing of a check is left but what it remembers', () => {
  expect(existsSync(join(place.stateFolder))).toBe(false);
});
