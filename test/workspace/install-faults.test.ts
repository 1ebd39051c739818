/** Installs in a hostile or broken world: what a repository tries, what a registry does, what a disk lacks. */
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommitSha, DEFAULT_SETUP } from '#contracts';
import { filesHolding } from '../helpers/files-holding.ts';
import type { Content } from '../helpers/git-repository.ts';
import { openRegistry } from '../helpers/package-registry.ts';
import { until } from '../helpers/place.ts';
import { bothPlaces, noSandbox, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const [place] = bothPlaces;
const json = (value: object) => JSON.stringify(value);
const MS = { dependencies: { ms: '2.1.3' } };

async function open(files: Record<string, Content>, more: { signal?: AbortSignal } = {}) {
  return workshop.open(await workshop.repository({ files }), { setup: DEFAULT_SETUP, sandbox: place, ...more });
}
const leftovers = async () =>
  [...(await workshop.room('workspaces')), ...(await workshop.room('installs'))].filter(
    (name) => !/^[0-9a-f]{32}(\.(lock|size))?$/.test(name),
  );

describe('manifests', () => {
  test.each<[string, Content, string]>([
    ['is no object', '["ms"]', 'package.json is no JSON object.'],
    ['is too long', json({ name: 'n'.repeat(10_000_000) }), 'package.json is 10000011 characters long.'],
    ['is empty', '', 'package.json is no JSON: Unexpected end of JSON input.'],
  ])('one that %s', async (_, manifest, message) => {
    expect(await refusal(open({ 'package.json': manifest }))).toEqual({ code: 'E_MANIFEST_MALFORMED', message, retryable: false });
  });

  test('one of odd shapes is for the manager to judge', async () => {
    await using workspace = await open({
      'package.json': json({ ...MS, engines: [], volta: 7, packageManager: {}, devDependencies: { a: 1 } }),
    }).catch((error) => ({ environment: { notes: [String(error)] }, [Symbol.asyncDispose]: async () => {} }));
    expect(workspace.environment.notes.join()).not.toMatch(/ZodError|TypeError/);
  });

  test('one that is a link counts as none', async () => {
    await using workspace = await open({ 'package.json': { link: '/etc/passwd' } });
    expect(workspace.environment.notes).toHaveLength(1);
  });
});

describe('a repository that reaches out of its tree', () => {
  test.skipIf(noSandbox !== null)('by workspaces, by files of others, and by links: nothing outside is read or written', async () => {
    const outside = await workshop.folder();
    const files: Record<string, Content> = {
      'package.json': json({
        ...MS,
        workspaces: ['../*', 'packages/*', outside],
        optionalDependencies: { stolen: `file:../../..${outside}` },
      }),
      packages: { link: outside },
      '.npmrc': { link: '/etc/passwd' },
    };
    const outcome = await open(files).then(
      async (workspace) => {
        await using opened = workspace;
        return (await readdir(join(opened.folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
      },
      (error: unknown) => (error as { code: string }).code,
    );
    expect(['E_INSTALL_FAILED', ['ms']]).toContainEqual(outcome);
    expect(await readdir(outside)).toEqual([]);
  });

  test('by a lockfile that is a link: what it leads to is not kept with the snapshot', async () => {
    const secret = join(await workshop.folder(), 'secret');
    await writeFile(secret, 'a secret of the host');
    const lockfile = { lockfileVersion: 3, packages: { '': MS, 'node_modules/ms': { version: '2.1.3' } } };
    const files = { 'package.json': json(MS), 'package-lock.json': json(lockfile), 'bun.lockb': { link: secret } };
    await using workspace = await open(files);
    expect(workspace.environment.notes.at(-1)).toMatch(/locked by package-lock.json$/);
    expect(filesHolding(join(workshop.host.cacheFolder, 'installs'), 'a secret of the host')).toEqual([]);
  });

  test('by a node_modules that is a link: it stays as it is, and nothing is laid', async () => {
    const outside = await workshop.folder();
    await using workspace = await open({ 'package.json': json(MS), node_modules: { link: outside } });
    expect(await readdir(outside)).toEqual([]);
    expect(await readlink(join(workspace.folder, 'node_modules'))).toBe(outside);
    const [start] = [workspace.start];
    expect((await workspace.freeze(start.commit)).tree).toBe(start.tree);
  });
});

describe('node_modules in the repository', () => {
  test('what is committed stays, and what is missing comes beside it', async () => {
    const files = { 'package.json': json(MS), 'node_modules/own/index.js': 'module.exports = "own";\n' };
    await using workspace = await open(files);
    const { output } = await workspace.exec(['node', '-p', "require('own') + require('ms')('2 minutes')"]);
    expect(output).toBe('own120000\n');
    expect((await workspace.freeze(workspace.start.commit)).tree).toBe(workspace.start.tree);
  });

  test('where only the commit of the environment has it, all of it is laid', async () => {
    const tracked = { 'package.json': json(MS), 'node_modules/own/index.js': '' };
    const origin = await workshop.repository({ files: { 'package.json': json(MS) } }, { files: tracked });
    await using workspace = await workshop.open(origin, {
      setup: DEFAULT_SETUP,
      sandbox: place,
      environmentFrom: origin.commits[1] as CommitSha,
    });
    expect((await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output).toBe('120000\n');
  });

  test('that of fixtures is left alone', async () => {
    const files = { 'package.json': json(MS), 'test/fixture/node_modules/ms/index.js': 'module.exports = "fixture";\n' };
    await using workspace = await open(files);
    await workspace.writeFile('src/x.js', '');
    expect(await readFile(join(workspace.folder, 'test/fixture/node_modules/ms/index.js'), 'utf8')).toBe('module.exports = "fixture";\n');
    expect(existsSync(join(workspace.folder, 'test/fixture/node_modules/.cache'))).toBe(false);
  });
});

describe('registries', () => {
  // npm itself tries for more than a minute.
  const impatient = { packageManager: 'bun@1.4.5', dependencies: { '@kiosk/stamp': '1.0.0' } };

  test('one that nobody answers at: worth another try', async () => {
    const outcome = await refusal(open({ 'package.json': json(impatient), '.npmrc': '@kiosk:registry=http://127.0.0.1:9/' }));
    expect(outcome).toMatchObject({ code: 'E_REGISTRY_UNREACHABLE', retryable: true });
  });

  test('one that resets every connection', async () => {
    await using registry = await openRegistry(await workshop.folder(), { token: '', answers: 'resets' });
    const outcome = await refusal(open({ 'package.json': json(impatient), '.npmrc': `@kiosk:registry=${registry.url}` }));
    expect(outcome).toMatchObject({ code: 'E_REGISTRY_UNREACHABLE', retryable: true });
  });

  test('one that takes the connection and says nothing: the install ends with the workspace that waits for it', async () => {
    await using registry = await openRegistry(await workshop.folder(), { token: '', answers: 'nothing' });
    const stop = new AbortController();
    const reason = new Error('enough');
    const opening = open(
      { 'package.json': json({ dependencies: { '@kiosk/stamp': '1.0.0' } }), '.npmrc': `@kiosk:registry=${registry.url}` },
      { signal: stop.signal },
    );
    opening.catch(() => {});
    await until('it waits for the registry', () => registry.authorizations.length > 0);
    stop.abort(reason);
    await expect(opening).rejects.toBe(reason);
  });

  test('nothing is left of any of them', async () => {
    expect(await leftovers()).toEqual([]);
  });
});
