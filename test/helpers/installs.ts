/** Proofs about installs that hold for every package manager. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP } from '#contracts';
import { openWorkspace, type Workspace } from '#workspace';
import type { Content } from './git-repository.ts';
import { openRegistry } from './package-registry.ts';
import { bothPlaces, noSandbox, type Workshop } from './workspaces.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/workspace');
const [place] = bothPlaces;

export async function outputOf(workspace: Workspace, ...command: string[]): Promise<string> {
  return (await workspace.exec(command)).output.trim();
}

/** Opens a repository of these files, installed, on a host with one more variable. */
export async function openWith(
  workshop: Workshop,
  files: Record<string, Content>,
  { environment = {}, installScripts = false }: { environment?: Record<string, string>; installScripts?: boolean },
): Promise<Workspace> {
  const { repository, commits } = await workshop.repository({ files });
  const commit = commits[0] as CommitSha;
  const host = { ...workshop.host, environment: { ...workshop.host.environment, ...environment } };
  const setup = { ...DEFAULT_SETUP, installScripts };
  return openWorkspace(host, { repository, commit, environmentFrom: commit, setup, sandbox: place, limits: DEFAULT_LIMITS });
}

/** Installed as locked, by a version that reads the lockfile, which is also on the PATH; and no file of the tree changes. */
export async function installsAsLocked(workshop: Workshop, fixture: string, note: RegExp): Promise<void> {
  const origin = await workshop.fixture(join(FIXTURES, `kiosk-${fixture}`));
  await using workspace = await workshop.open(origin, { setup: DEFAULT_SETUP, sandbox: place });
  expect(workspace.environment.notes).toEqual([expect.stringMatching(/^Node /), expect.stringMatching(note)]);
  expect(await outputOf(workspace, 'node', '-p', "require('ms')('2 minutes')")).toBe('120000');
  const [, manager = '', version] = /^(\w+) (\S+),/.exec(workspace.environment.notes[1] ?? '') ?? [];
  expect(await outputOf(workspace, manager, '--version')).toBe(version);
  expect((await workspace.freeze(origin.commits[0] as CommitSha)).tree).toBe(workspace.start.tree);
}

export const TOKEN = 'npm-0f6d8a2c-not-for-agents';

/** A package of a registry that wants a token. @param more lines of .npmrc */
export function privateProject(manager: string, url: string, more = ''): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'kiosk', packageManager: manager, dependencies: { '@kiosk/stamp': '1.0.0' }, marker: more }),
    '.npmrc': `@kiosk:registry=${url}\n${more}`,
    '.yarnrc.yml': `npmScopes:\n  kiosk:\n    npmRegistryServer: "${url}"\n`,
  };
}

export function withToken(url: string): { environment: Record<string, string> } {
  return { environment: { LONGHAUL_NPM_CREDENTIALS: url.replace('://', `://:${TOKEN}@`) } };
}

/** With the token the package is there, and the token is nowhere: not in the cache, not where commands look. */
export async function installsPrivately(workshop: Workshop, manager: string, holders: (folder: string) => string[]): Promise<void> {
  await using registry = await openRegistry(await workshop.folder(), { token: TOKEN });
  await using workspace = await openWith(workshop, privateProject(manager, registry.url), withToken(registry.url));
  expect(workspace.environment.notes.at(-1)).toBe(
    `${manager.replace('@', ' ')}; no lockfile, so versions are those of the day it was first installed here`,
  );
  expect(await outputOf(workspace, 'node', '-p', "require('@kiosk/stamp')")).toBe('stamped');
  expect(registry.authorizations).toContain(`Bearer ${TOKEN}`);
  expect(holders(workshop.host.cacheFolder)).toEqual([]);
  const look = `env; cat ~/.npmrc ~/.yarnrc.yml; grep -rs ${TOKEN.slice(0, -1)} /home /tmp /workspace /opt; true`;
  expect(await outputOf(workspace, 'bash', '-c', look)).not.toContain(TOKEN);
}

const MAKES = "node -e \"require('fs').writeFileSync('made.js', 'module.exports = ' + JSON.stringify([process.version, process.env]))\"";

/** An archive of the repository as a dependency that makes its own main file when it is installed. */
export function projectWithScript(manager: string, script = MAKES): Record<string, Content> {
  const built = { name: 'built', version: '1.0.0', main: 'made.js', scripts: { postinstall: script } };
  return {
    'package.json': JSON.stringify({ name: 'shop', private: true, packageManager: manager, dependencies: { built: 'file:./built.tgz' } }),
    'built.tgz': archiveOf({ 'package.json': JSON.stringify(built) }),
  };
}

function archiveOf(files: Record<string, string>): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-archive-'));
  try {
    mkdirSync(join(folder, 'package'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'package', name), text);
    return execFileSync('tar', ['-cz', 'package'], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Unasked, an install script does not run. Asked for, it does, and sees neither credentials nor the host's home. */
export async function runsScriptsOnlyWhenAsked(workshop: Workshop, manager: string): Promise<void> {
  const environment = { LONGHAUL_NPM_CREDENTIALS: 'https://:a-secret-of-the-host@registry.example' };
  const ask = ['node', '-p', "JSON.stringify(require('built'))"] as const;
  await using without = await openWith(workshop, projectWithScript(manager), { environment });
  expect(await without.exec(ask)).toMatchObject({ exitCode: 1, output: expect.stringContaining('made.js') });
  await using asked = await openWith(workshop, projectWithScript(manager), { environment, installScripts: true });
  const [version, seen] = JSON.parse(await outputOf(asked, ...ask));
  expect(version).toBe(process.version);
  expect(JSON.stringify(seen)).not.toContain('a-secret-of-the-host');
  if (noSandbox === null) expect(seen.HOME).toBe('/home/install');
}
