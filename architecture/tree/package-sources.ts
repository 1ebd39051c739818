/** Maps a package's published entries to the sources they are built from, so that nothing has to be installed or built. */
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

export interface Package {
  /** Relative to the tree; `.` for the root. */
  folder: string;
  name: string | undefined;
  exports: unknown;
  imports: unknown;
  /** `source`, `module`, `main`, `types`: the entries of a package without `exports`. */
  mains: string[];
}

/** A package.json that cannot be read makes a package without name or entries: its folder is a border all the same. */
export async function readPackage(root: string, folder: string): Promise<Package> {
  let manifest: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) manifest = parsed as Record<string, unknown>;
  } catch {}
  const mains = ['source', 'module', 'main', 'types', 'typings'].flatMap((key) =>
    typeof manifest[key] === 'string' ? [manifest[key]] : [],
  );
  const name = typeof manifest.name === 'string' ? manifest.name : undefined;
  return { folder, name, exports: manifest.exports, imports: manifest.imports, mains };
}

/** The source file behind `name` or `name/sub`, or nothing. @param subpath `.` or `./sub` @param has whether a file is a source of the tree */
export function sourceOfEntry({ folder, exports, mains }: Package, subpath: string, has: (path: string) => boolean): string | undefined {
  const stated = targetsOf(exports, subpath);
  const targets = stated.length > 0 ? stated : subpath === '.' ? [...mains, 'src/index', 'index'] : [subpath, posix.join('src', subpath)];
  return firstSource(folder, targets, has);
}

/** The source file behind `#name`; `foreign` when the package maps it to another package. */
export function sourceOfPackageImport(
  { folder, imports }: Package,
  specifier: string,
  has: (path: string) => boolean,
): string | 'foreign' | undefined {
  const targets = targetsOf(imports, specifier);
  const local = targets.filter((target) => target.startsWith('./'));
  if (targets.length > 0 && local.length === 0) return 'foreign';
  return firstSource(folder, local, has);
}

const OTHER_PLATFORMS = new Set(['browser', 'react-native', 'deno', 'bun', 'worker', 'workerd', 'edge-light']);
const OUTPUT = /^(dist|build|lib|out|output|es|esm|cjs)\/((esm|cjs|es|module|types|src)\/)?/;
const EXTENSION = /(\.d)?\.[cm]?[jt]sx?$/;
const SOURCE_EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** Every target a map states for a key under any condition of this platform: they are builds of the same source. */
function targetsOf(map: unknown, key: string): string[] {
  if (typeof map !== 'object' || map === null || Array.isArray(map) || !Object.keys(map).some((each) => /^[.#]/.test(each))) {
    return key === '.' ? leaves(map, '') : [];
  }
  const entries = Object.entries(map);
  const exact = entries.find(([pattern]) => pattern === key);
  if (exact) return leaves(exact[1], '');
  const matches = entries
    .map(([pattern, value]) => ({ parts: pattern.split('*'), value }))
    .filter(({ parts: [head = '', tail] }) => tail !== undefined && key.startsWith(head) && key.endsWith(tail) && key.length > head.length)
    .sort((a, b) => (b.parts[0]?.length ?? 0) - (a.parts[0]?.length ?? 0));
  const [best] = matches;
  if (!best) return [];
  const [head = '', tail = ''] = best.parts;
  return leaves(best.value, key.slice(head.length, key.length - tail.length));
}

function leaves(value: unknown, star: string): string[] {
  if (typeof value === 'string') return [value.replaceAll('*', () => star)];
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, star));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([condition, each]) => (OTHER_PLATFORMS.has(condition) ? [] : leaves(each, star)));
}

function firstSource(folder: string, targets: readonly string[], has: (path: string) => boolean): string | undefined {
  for (const target of targets) {
    const path = posix.normalize(target);
    for (const candidate of new Set([path, path.replace(OUTPUT, 'src/'), path.replace(OUTPUT, '')])) {
      const stem = posix.join(folder, candidate.replace(EXTENSION, ''));
      const files = [
        posix.join(folder, candidate),
        ...SOURCE_EXTENSIONS.flatMap((extension) => [stem + extension, `${stem}/index${extension}`]),
      ];
      const source = files.find(has);
      if (source !== undefined) return source;
    }
  }
  return undefined;
}
