/** The settings files of package managers: of a repository's what an install may heed, of the user's what it must know. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Credential } from '../credentials.ts';
import { readOwnFile } from './own-file.ts';

/**
 * What a repository may set in .npmrc: where packages come from and how they are laid out. All else is dropped, because it would decide
 * who hears a token (proxies, certificates, an `_authToken` with the environment in it) or what runs (`git`, `script-shell`, `node-options`).
 */
const NPMRC_HEEDED =
  /^(registry|@[\w.~-]+:registry|legacy-peer-deps|strict-peer-deps|install-links|install-strategy|auto-install-peers|strict-peer-dependencies|hoist|hoist-pattern(\[\])?|public-hoist-pattern(\[\])?|shamefully-hoist|hoist-workspace-packages|node-linker|link-workspace-packages|prefer-workspace-packages|shared-workspace-lockfile|inject-workspace-packages|dedupe-peer-dependents|dedupe-direct-deps|dedupe-injected-deps|resolve-peers-from-workspace-root|resolution-mode|virtual-store-dir-max-length|save-workspace-protocol)\s*=/;

/** The same for .yarnrc.yml. A plugin or a `yarnPath` would run, and `nmMode` could link the snapshot's files to those of another one. */
const YARNRC_HEEDED = [
  'npmRegistryServer',
  'npmScopes',
  'nmHoistingLimits',
  'nmSelfReferences',
  'packageExtensions',
  'defaultSemverRangePrefix',
  'catalog',
  'catalogs',
  'supportedArchitectures',
  'defaultProtocol',
  'enableTransparentWorkspaces',
];

/** The same for pnpm-workspace.yaml, where pnpm 10 and later also look for settings. */
const PNPM_HEEDED =
  /^(packages|catalogs?|overrides|packageExtensions|patchedDependencies|allowUnusedPatches|allowNonAppliedPatches|peerDependencyRules|(only|never|ignored)BuiltDependencies|allowBuilds|ignoredOptionalDependencies|supportedArchitectures|(public)?[hH]oist(Pattern|WorkspacePackages)?|shamefullyHoist|nodeLinker|autoInstallPeers|strictPeerDependencies|excludeLinksFromLockfile|peersSuffixMaxLength|injectWorkspacePackages|dedupe\w+|linkWorkspacePackages|preferWorkspacePackages|sharedWorkspaceLockfile|saveWorkspaceProtocol|resolutionMode|resolvePeersFromWorkspaceRoot|virtualStoreDirMaxLength)$/;

/** What becomes of each settings file in the root, the only place where the managers we run look. Null: it goes. */
const SETTINGS: readonly (readonly [file: string, heeded: ((text: string) => string) | null])[] = [
  ['.npmrc', heededNpmrc],
  ['.yarnrc.yml', heededYarnrc],
  ['pnpm-workspace.yaml', heededPnpmWorkspace],
  ['.yarnrc', null],
  ['bunfig.toml', null],
];

/** Rewrites the settings files of a tree that is about to be installed. One that is a link goes too. */
export async function keepHeededSettings(tree: string): Promise<void> {
  for (const [file, heeded] of SETTINGS) {
    const text = await readOwnFile(tree, file);
    await rm(join(tree, file), { recursive: true, force: true });
    if (text !== null && heeded !== null) await writeFile(join(tree, file), heeded(text));
  }
}

function heededNpmrc(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  // A variable would be filled in from the environment of the install.
  return lines.filter((line) => NPMRC_HEEDED.test(line) && !line.includes('${') && !/=\s*pnp$/.test(line)).join('\n');
}

const NpmScope = z.object({ npmRegistryServer: z.string().optional() });

function heededYarnrc(text: string): string {
  const heeded = pick(text, (name) => YARNRC_HEEDED.includes(name));
  if (heeded.npmScopes !== undefined) heeded.npmScopes = z.record(z.string(), NpmScope).catch({}).parse(heeded.npmScopes);
  return stringify(heeded);
}

function heededPnpmWorkspace(text: string): string {
  return stringify(pick(text, (name) => PNPM_HEEDED.test(name)));
}

function pick(text: string, isHeeded: (name: string) => boolean): Record<string, unknown> {
  const settings = z.record(z.string(), z.unknown()).catch({}).parse(parseYaml(text));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isHeeded(name)));
}

/** Aliases that multiply would make gigabytes of a few lines; the library refuses more than a hundred. */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return {};
  }
}

/** Writes the user's credentials where each manager looks for them. @param home a folder that nothing but the install sees. */
export async function writeCredentials(home: string, credentials: readonly Credential[]): Promise<void> {
  await writeFile(join(home, '.npmrc'), credentials.map(npmrcLine).join(''), { mode: 0o600 });
  const npmRegistries = Object.fromEntries(credentials.map((one) => [placeOf(one).replace(/\/$/, ''), yarnAuthentication(one)]));
  // Yarn tells nobody over http but for hosts that are listed; what a user entrusts us with over http is on this machine.
  const unsafeHttpWhitelist = credentials.filter(({ origin }) => origin.startsWith('http:')).map(({ origin }) => new URL(origin).hostname);
  await writeFile(join(home, '.yarnrc.yml'), stringify({ npmRegistries, unsafeHttpWhitelist }), { mode: 0o600 });
}

/** `//host/path/`: npm and its kin bind a secret to that, without the protocol. */
function placeOf({ origin, path }: Credential): string {
  return `${origin.replace(/^https?:/, '')}${path}`;
}

function npmrcLine(credential: Credential): string {
  const { user, password } = credential;
  const secret = user === '' ? `_authToken=${password}` : `_auth=${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return `${placeOf(credential)}:${secret}\n`;
}

function yarnAuthentication({ user, password }: Credential): Record<string, string | boolean> {
  return { npmAlwaysAuth: true, ...(user === '' ? { npmAuthToken: password } : { npmAuthIdent: `${user}:${password}` }) };
}
