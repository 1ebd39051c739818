/** A change with the content that security asks for, to be sent to another process. */
import type { FrozenTree } from '#workspace';
import { MAX_BYTES, type ReadTree, type SubmittedChange } from './change.ts';
import { isLockfile } from './dependencies/lockfiles/read-lockfile.ts';
import { isManifest } from './dependencies/manifest.ts';
import { isSource } from './code/parse-source.ts';

interface PackedTree {
  paths: string[];
  /** Null: too large to be read. */
  contents: Map<string, Uint8Array | null>;
}

export interface PackedChange {
  base: PackedTree;
  head: PackedTree;
  changed: string[];
}

/** Of both trees together: more than any project has written itself, and what a process can hold. */
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;

/** Symbolic links and submodules have no content here, and are among the paths. @returns null when the trees hold too much. */
export async function pack(base: FrozenTree, head: FrozenTree): Promise<PackedChange | null> {
  const changed = [...new Set([...base.files.keys(), ...head.files.keys()])].filter(
    (path) => base.files.get(path)?.oid !== head.files.get(path)?.oid,
  );
  const asked = new Set(changed);
  const isAsked = (path: string) => asked.has(path) || isManifest(path) || isLockfile(path);
  const wanted = [
    { tree: base, paths: [...base.files.keys()].filter((path) => isAsked(path) || isSource(path)) },
    { tree: head, paths: [...head.files.keys()].filter(isAsked) },
  ] as const;
  const total = wanted.reduce((sum, { tree, paths }) => sum + paths.reduce((bytes, path) => bytes + readable(tree, path), 0), 0);
  if (total > MAX_TOTAL_BYTES) return null;
  const [before, after] = await Promise.all(wanted.map(({ tree, paths }) => packTree(tree, paths)));
  return before && after ? { base: before, head: after, changed } : null;
}

export function unpack({ base, head, changed }: PackedChange): SubmittedChange {
  return { base: reader(base), head: reader(head), changed };
}

async function packTree(tree: FrozenTree, wanted: readonly string[]): Promise<PackedTree> {
  const files = wanted.filter((path) => isFile(tree, path));
  const contents: PackedTree['contents'] = await tree.read(
    files.filter((path) => readable(tree, path) > 0 || tree.files.get(path)?.bytes === 0),
  );
  for (const path of files) if (!contents.has(path)) contents.set(path, null);
  return { paths: [...tree.files.keys()], contents };
}

function reader({ paths, contents }: PackedTree): ReadTree {
  return {
    paths,
    // For what is too large, bytes whose number says so.
    read: async (path) => (contents.get(path) === null ? new Uint8Array(MAX_BYTES + 1) : (contents.get(path) ?? null)),
  };
}

function isFile({ files }: FrozenTree, path: string): boolean {
  return files.get(path)?.mode.startsWith('100') ?? false;
}

/** How many bytes of it will be sent. */
function readable(tree: FrozenTree, path: string): number {
  const bytes = tree.files.get(path)?.bytes ?? 0;
  return isFile(tree, path) && bytes <= MAX_BYTES ? bytes : 0;
}
