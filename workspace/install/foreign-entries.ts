/** Dependencies that come from elsewhere than a registry: git repositories, archives on a forge. */
import { z } from 'zod';
import { LonghaulError } from '#contracts';
import type { RootManifest } from './root-manifest.ts';

const NAMED = 5;
const GIT = /^(git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)/;
/** `owner/name`, as package.json may say for a repository of GitHub; in a lockfile it would be a folder of a workspace. */
const SHORTHAND = /^[\w.-]+\/[\w.-]+(#.*)?$/;
const FORGE = /^https?:\/\/([^/]*\.)?(github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org)\//;
/** `https://host/name/-/name-1.0.0.tgz`, as registries write it; mirrors that run cnpm say `download`. */
const REGISTRY_ARCHIVE = /\/(-|download)\/(@[^/]+\/)?[^/]+\.tgz([?#].*)?$/;
const OTHER_PLACE = /\.(git|tgz|tar|tar\.gz)([?#].*)?$/;

/** Whether a place a lockfile names is none that a registry would answer for. Files and links of the repository itself are fine. */
function isForeign(place: string): boolean {
  if (/^(file|link|workspace|portal|patch|npm|catalog):/.test(place)) return false;
  if (GIT.test(place) || FORGE.test(place)) return true;
  return /^https?:/.test(place) && OTHER_PLACE.test(place) && !REGISTRY_ARCHIVE.test(place);
}

/**
 * Looked for before anything is fetched: such an entry is not kept by any registry, so that a task would work on one day and not on the next.
 * @param lockfile its name and text; null: the manifest's own words count.
 * @throws E_DEPENDENCY_OUTSIDE_REGISTRY naming the first of them
 */
export function refuseForeignEntries(lockfile: { name: string; text: string } | null, manifest: RootManifest): void {
  const entries = (lockfile === null ? manifestEntries(manifest) : lockfileEntries(lockfile)).filter(([, place]) => isForeign(place));
  if (entries.length === 0) return;
  const unique = [...new Map(entries).entries()];
  const named = unique.slice(0, NAMED).map(([name, place]) => `${name} (${place.slice(0, 200)})`);
  const more = unique.length > NAMED ? ` and ${unique.length - NAMED} more` : '';
  throw new LonghaulError(
    'E_DEPENDENCY_OUTSIDE_REGISTRY',
    `${lockfile?.name ?? 'package.json'} takes ${named.join(', ')}${more} from outside the registry.`,
  );
}

type Entry = [name: string, place: string];

function manifestEntries({ dependencies, devDependencies, optionalDependencies }: RootManifest): Entry[] {
  const specs = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  return specs.map(([name, spec]) => [name, SHORTHAND.test(spec) ? `github:${spec}` : spec]);
}

function lockfileEntries({ name, text }: { name: string; text: string }): Entry[] {
  if (name === 'pnpm-lock.yaml') return pnpmEntries(text);
  if (name === 'yarn.lock') return yarnEntries(text);
  if (name === 'bun.lock') return bunEntries(text);
  return name === 'bun.lockb' ? [] : npmEntries(text);
}

/** `"<key>": ["<name>@<place>", "<archive>", ...`; the archive is empty for the default registry. */
function bunEntries(text: string): Entry[] {
  const rows = text.matchAll(/^\s*"([^"]+)":\s*\[\s*"(?:@[^"@]+|[^"@]+)@([^"]+)"(?:\s*,\s*"([^"]*)")?/gm);
  return [...rows].flatMap(([, key = '', place = '', archive = '']): Entry[] => [
    [key, place],
    [key, archive],
  ]);
}

/** By lines rather than as YAML: lockfiles of tens of thousands of lines take a parser seconds. */
function pnpmEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  let key = '';
  for (const line of text.split('\n')) {
    key = /^ {2}(\S.*):\s*$/.exec(line)?.[1]?.replace(/^['"/]+|['"]+$/g, '') ?? key;
    const place = /\b(?:tarball|repo): ['"]?([^'",\s}]+)/.exec(line)?.[1];
    if (place !== undefined) entries.push([key, /\brepo: /.test(line) ? `git+${place}` : place]);
  }
  return entries;
}

/** Classic: a key, then `resolved "<place>"`. Later: `resolution: "<name>@<place>"`, where a registry's place is `npm:<version>`. */
function yarnEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  let key = '';
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) key = line.replace(/:$/, '').replaceAll('"', '');
    const place = /^ {2}resolved "([^"]+)"/.exec(line)?.[1] ?? /^ {2}resolution: "@?[^@"]+@([^"]+)"/.exec(line)?.[1];
    if (place !== undefined) entries.push([key, place]);
  }
  return entries;
}

interface LockedPackage {
  resolved?: unknown;
  version?: unknown;
  dependencies?: unknown;
}
const Packages = z.record(z.string(), z.looseObject({})).catch({});
const Lockfile = z.looseObject({ packages: Packages.optional(), dependencies: Packages.optional() });

/** Version 1 nests `dependencies` and names a git repository as the version; 2 and 3 list `packages`. */
function npmEntries(text: string): Entry[] {
  const parsed = Lockfile.safeParse(parseJson(text));
  if (!parsed.success) return [];
  const { packages, dependencies = {} } = parsed.data;
  if (packages)
    return Object.entries(packages).flatMap(([path, { resolved }]) =>
      typeof resolved === 'string' ? [[nameOf(path), resolved] as Entry] : [],
    );
  const entries: Entry[] = [];
  const waiting: [string, LockedPackage][] = Object.entries(dependencies);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, { resolved, version, dependencies: below }] = next;
    for (const place of [resolved, version]) if (typeof place === 'string' && /[:/]/.test(place)) entries.push([name, place]);
    waiting.push(...Object.entries(Packages.parse(below)));
  }
  return entries;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) || path;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
