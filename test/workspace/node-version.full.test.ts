/** The Node of a commit: who asks for it, which one it gets, and that its code and tests run on it. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETUP } from '#contracts';
import type { Workspace } from '#workspace';
import { bothPlaces, NO_SETUP, refusal, useWorkshop } from '../helpers/workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const workshop = useWorkshop();
const [place] = bothPlaces;
const open = async (files: Record<string, string>, setup = NO_SETUP, sandbox: (typeof bothPlaces)[number] = place) =>
  workshop.open(await workshop.repository({ files }), { setup, sandbox });
const versionOf = async (workspace: Workspace) => (await workspace.exec(['node', '--version'])).output.trim();
const engines = (node: string) => JSON.stringify({ engines: { node } });

describe('ours, where it fits', () => {
  test.each([
    ['nobody asks', {}, 'because the commit asks for none'],
    ['an open range', { 'package.json': engines('>=10') }, 'because engines.node asks for >=10'],
    ['any', { '.nvmrc': 'node\n' }, 'because .nvmrc asks for node'],
    [
      'words nobody understands are passed over',
      { '.nvmrc': 'our-own-build\n', 'package.json': engines('>= 12') },
      'because engines.node asks for >= 12',
    ],
  ])('%s', async (_, files, why) => {
    await using workspace = await open(files);
    expect(workspace.environment.notes).toEqual([`Node ${process.version}, ${why}`]);
    expect(await versionOf(workspace)).toBe(process.version);
  });
});

describe('another one, from the registry', () => {
  test.each<[string, Record<string, string>, RegExp, string]>([
    ['.nvmrc', { '.nvmrc': '# of the year\nv18\n', 'package.json': engines('>=20') }, /^v18\./, '.nvmrc asks for v18'],
    ['.nvmrc, by the name of a line', { '.nvmrc': 'lts/hydrogen\n' }, /^v18\./, '.nvmrc asks for lts/hydrogen'],
    ['.node-version', { '.node-version': '18.20.8\n' }, /^v18\.20\.8$/, '.node-version asks for 18.20.8'],
    [
      'volta',
      { 'package.json': JSON.stringify({ volta: { node: '14.21.3' }, engines: { node: '18' } }) },
      /^v14\.21\.3$/,
      'volta.node asks for 14.21.3',
    ],
    [
      'engines, of several majors the newest that was long-term supported',
      { 'package.json': engines('>=14 <20') },
      /^v18\./,
      'engines.node asks for >=14 <20',
    ],
  ])('%s', async (_, files, version, why) => {
    await using workspace = await open(files);
    expect(workspace.environment.notes[0]).toMatch(
      new RegExp(`^Node ${version.source.replace(/[\^$]/g, '')}.*, because ${why.replace(/[.]/g, '\\.')}$`),
    );
    expect(await versionOf(workspace)).toMatch(version);
  });

  test('the task’s own word comes first', async () => {
    await using workspace = await open({ '.nvmrc': '18\n' }, { ...NO_SETUP, node: '14.x' });
    expect(await versionOf(workspace)).toMatch(/^v14\./);
  });

  test('a patch release that the registry lacks: a later one of its line, and a note', async () => {
    await using workspace = await open({ '.nvmrc': '18.999.0\n' });
    expect(workspace.environment.notes[0]).toMatch(
      /^Node v18\.\S+, because \.nvmrc asks for 18\.999\.0, which the registry does not have$/,
    );
  });

  test('none at all: what there is', async () => {
    const { code, message, retryable } = await refusal(open({ 'package.json': engines('>=99') }));
    expect([code, retryable]).toEqual(['E_NODE_UNAVAILABLE', false]);
    expect(message).toMatch(/^engines\.node asks for >=99, and the registry has .*18\.\d+\.\d+, .* for this platform\.$/);
  });
});

test.each(bothPlaces)('tests run on it, sandbox %s', async (sandbox) => {
  const origin = await workshop.fixture(join(FIXTURES, 'greenhouse-node'), {
    files: {
      '.nvmrc': '20\n',
      'test/node.test.js': "import { test } from 'node:test';\ntest('on ' + process.version.split('.')[0], () => {});\n",
    },
  });
  await using workspace = await workshop.open(origin, { at: 1, sandbox });
  const run = await workspace.runTests({ files: ['test/node.test.js'] });
  expect(run.status).toBe('ran');
  expect(JSON.stringify(run)).toContain('test/node.test.js > on v20');
});

test('packages are installed for it, by a manager that needs a newer one', async () => {
  const manifest = JSON.stringify({
    name: 'kiosk',
    packageManager: 'pnpm@11.28.11',
    engines: { node: '14' },
    dependencies: { ms: '2.1.3' },
  });
  await using workspace = await open({ 'package.json': manifest }, DEFAULT_SETUP);
  expect(workspace.environment.notes).toEqual([
    expect.stringMatching(/^Node v14\./),
    expect.stringMatching(/^pnpm 11\.28\.11; no lockfile/),
  ]);
  expect((await workspace.exec(['bash', '-c', 'pnpm --version; node --version'])).output).toMatch(/^11\.28\.11\nv14\./);
  expect((await workspace.exec(['node', '-p', "require('ms')('2 minutes')"])).output).toBe('120000\n');
});
