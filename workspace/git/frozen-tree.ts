/** A tree as git keeps it, whatever lies in the folder: its files, and their content in one go. */
import { execa } from 'execa';
import type { CommitSha } from '#contracts';
import type { Host } from '../host.ts';
import { gitBytes, gitFailure, gitProgram } from './git.ts';
import { splitAtNul } from './path-names.ts';

export interface FrozenFile {
  /** As git has it: `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule. */
  mode: string;
  oid: string;
  /** Size; 0 for a submodule. */
  bytes: number;
}

export interface FrozenTree {
  /** By path, as of `splitAtNul`. */
  readonly files: ReadonlyMap<string, FrozenFile>;
  /** Content by path; of a symbolic link, its target. Paths that the tree lacks, and submodules, are left out. */
  read(paths: readonly string[]): Promise<Map<string, Uint8Array>>;
}

/** @param tree a tree, or a commit for its tree. @throws E_GIT_FAILED */
export async function readFrozenTree(host: Host, gitDir: string, tree: CommitSha): Promise<FrozenTree> {
  const files = new Map<string, FrozenFile>();
  for (const line of splitAtNul(await gitBytes({ host, gitDir }, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree]))) {
    const [, mode, oid, bytes, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (mode && oid && bytes && path !== undefined) files.set(path, { mode, oid, bytes: bytes === '-' ? 0 : Number(bytes) });
  }
  return {
    files,
    async read(paths) {
      const present = paths.flatMap((path) => {
        const file = files.get(path);
        return file && file.mode !== '160000' ? [{ path, ...file }] : [];
      });
      const blobs = await readBlobs(host, gitDir, present);
      return new Map(present.map(({ path }, index) => [path, blobs[index] as Uint8Array]));
    },
  };
}

/** Paths that are in one of them only, or have another content or mode. Sorted. */
export function differingPaths(one: FrozenTree, other: FrozenTree): string[] {
  const entry = ({ files }: FrozenTree, path: string) => `${files.get(path)?.mode} ${files.get(path)?.oid}`;
  return [...new Set([...one.files.keys(), ...other.files.keys()])].filter((path) => entry(one, path) !== entry(other, path)).sort();
}

/** In the order asked for. */
async function readBlobs(host: Host, gitDir: string, files: readonly Pick<FrozenFile, 'oid' | 'bytes'>[]): Promise<Uint8Array[]> {
  if (files.length === 0) return [];
  const args = ['cat-file', '--batch=%(objectsize)'];
  const { stdout, stderr, failed } = await execa('git', args, {
    ...gitProgram({ host, gitDir }),
    input: files.map(({ oid }) => `${oid}\n`).join(''),
    encoding: 'buffer',
    maxBuffer: files.reduce((sum, { bytes }) => sum + bytes + 32, 0),
    reject: false,
  });
  if (failed) throw gitFailure(args, new TextDecoder().decode(stderr).trim() || 'it ended early');
  let at = 0;
  return files.map(({ bytes }) => {
    at = stdout.indexOf(0x0a, at) + 1;
    const content = stdout.subarray(at, at + bytes);
    at += bytes + 1;
    return content;
  });
}
