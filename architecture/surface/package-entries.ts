/** Which files of a package others can reach by its name: what its manifest publishes, mapped to the sources. */
import { posix } from 'node:path';
import { firstSource, isOtherPlatform, type Package, usualMains } from '../tree/package-sources.ts';

export interface PackageEntry {
  /** `.`, `./sub`, or `bin name` for a program. */
  name: string;
  /** Sources behind it, what a program on this platform gets first. */
  paths: string[];
}

export interface PackageEntries {
  /** Sorted by name. */
  entries: PackageEntry[];
  /** Published code that no source was found for, by entry name. */
  unmapped: string[];
}

/** How deep an `exports` map is followed; npm's own packages stay below five. */
const MAX_DEPTH = 30;
const CODE = /(^|\/)[^./]+$|\.[cm]?[jt]sx?$/;
const EXTENSION = /(\.d)?\.[cm]?[jt]sx?$/;

/**
 * From `exports` where it is stated, under every condition; else from `source`, `module`, `main` and `types`, or else an `index` file.
 * Programs from `bin`. A pattern (`./features/*`) stands for every source it reaches, less what a `null` target takes back.
 * A package without `exports` can be entered at any file; its entries are those it states.
 *
 * @param files sources below the package's folder @param has whether a path is a source of the tree
 * Source: Node.js documentation, Modules: Packages, "Package entry points".
 */
export function entriesOf(manifest: Package, files: readonly string[], has: (path: string) => boolean): PackageEntries {
  const entries = new Map<string, Set<string>>();
  const unmapped: string[] = [];
  const add = (name: string, path: string) => entries.set(name, (entries.get(name) ?? new Set()).add(path));
  const targets = entryTargets(manifest);
  const takenBack = targets.filter(([, target]) => target === null).map(([key]) => key);
  for (const [name, stated] of Map.groupBy(targets, ([key]) => key)) {
    const code = stated.flatMap(([, target]) => (target !== null && CODE.test(target) ? [target] : []));
    if (code.length === 0) continue;
    const found = name.includes('*')
      ? code.flatMap((target) => reachedBy(name, target, manifest.folder, files, has))
      : code.flatMap((target) => firstSource(manifest.folder, [target], has) ?? []).map((path) => ({ name, path }));
    for (const each of found) if (!takenBack.some((pattern) => hidesFrom(pattern, name, each.name))) add(each.name, each.path);
    if (found.length === 0) unmapped.push(name);
  }
  // A bundle may be called anything; what it is made of has one of few names.
  if (!entries.has('.') && (unmapped.includes('.') || targets.length === 0)) {
    const guess = firstSource(manifest.folder, usualMains(manifest), has);
    if (guess !== undefined) add('.', guess);
  }
  return {
    entries: [...entries].map(([name, paths]) => ({ name, paths: [...paths] })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    unmapped: unmapped.filter((name) => !entries.has(name)).sort(),
  };
}

type EntryTarget = [entry: string, target: string | null];

function entryTargets({ exports, mains, bins }: Package): EntryTarget[] {
  const programs = bins.map(([name, target]): EntryTarget => [`bin ${name}`, target]);
  if (exports === undefined) {
    return [...mains.map((target): EntryTarget => ['.', target]), ...programs];
  }
  const isMap = typeof exports === 'object' && exports !== null && !Array.isArray(exports);
  const bySubpath = isMap && Object.keys(exports).some((key) => key.startsWith('.'));
  const stated: [string, unknown][] = bySubpath ? Object.entries(exports) : [['.', exports]];
  const published = stated.flatMap(([key, value]) => {
    // The older way to publish a folder.
    const name = key.endsWith('/') ? `${key}*` : key;
    return targetsOf(value).map((target): EntryTarget => [name, key.endsWith('/') && target !== null ? `${target}*` : target]);
  });
  return [...published, ...programs];
}

/** This platform's targets first. */
function targetsOf(value: unknown): (string | null)[] {
  const here: (string | null)[] = [];
  const elsewhere: string[] = [];
  const walk = (each: unknown, isHere: boolean, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (typeof each === 'string') (isHere ? here : elsewhere).push(each);
    else if (each === null && depth === 0) here.push(null);
    else if (Array.isArray(each)) for (const item of each) walk(item, isHere, depth + 1);
    else if (typeof each === 'object' && each !== null) {
      for (const [condition, item] of Object.entries(each)) walk(item, isHere && !isOtherPlatform(condition), depth + 1);
    }
  };
  walk(value, true, 0);
  return [...here, ...elsewhere];
}

/** Every source that a pattern's target leads to: the star is read off each file, and asked back. */
function reachedBy(key: string, target: string, folder: string, files: readonly string[], has: (path: string) => boolean) {
  const [before = '', after = ''] = posix.normalize(target).replace(EXTENSION, '').split('*');
  const heads = headsOf(before);
  const skip = folder === '.' ? 0 : folder.length + 1;
  return files.flatMap((path) => {
    const stem = path.slice(skip).replace(EXTENSION, '');
    for (const each of stem.endsWith('/index') ? [stem, stem.slice(0, -6)] : [stem]) {
      if (!each.endsWith(after)) continue;
      for (const head of heads) {
        if (!each.startsWith(head) || each.length <= head.length + after.length) continue;
        const star = each.slice(head.length, each.length - after.length);
        if (firstSource(folder, [target.replaceAll('*', () => star)], has) !== path) continue;
        return [{ name: key.replaceAll('*', () => star), path }];
      }
    }
    return [];
  });
}

/** What may stand before the star in the source: `dist/features/` may have been `src/features/`, so leading folders may be missing. */
function headsOf(before: string): string[] {
  const folders = before.split('/');
  const dropped = folders.length > 2 ? folders.slice(0, -2) : folders.slice(0, -1);
  const rests = [before, ...dropped.map((_, index) => folders.slice(index + 1).join('/'))];
  return [...new Set([before, ...rests.flatMap((rest) => [`src/${rest}`, rest])])];
}

/** Whether a subpath that came in by one key is meant by a more specific one without target. */
function hidesFrom(pattern: string, cameBy: string, name: string): boolean {
  if (pattern === name) return true;
  const [before = '', after] = pattern.split('*');
  const general = cameBy.split('*')[0] ?? '';
  return after !== undefined && before.length >= general.length && name.startsWith(before) && name.endsWith(after);
}
