/** A commit's files in a folder of their own, which follows from commit to commit: only what differs is written. */
import { mkdir, rm, rmdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CommitSha, LonghaulError } from '#contracts';
import { differingPaths, type FrozenFile, type FrozenTree, readFrozenTree } from '../git/frozen-tree.ts';
import { cacheFolder, type Host } from '../host.ts';
import { openOwnedFolder } from '../owned-folder.ts';
import type { WorkingTree } from './working-tree.ts';

/** What becomes of a path: its content is laid out, or an empty file of its name, or nothing. */
export type Layout = 'content' | 'name' | 'nothing';

export interface LaidTree extends AsyncDisposable {
  readonly folder: string;
  /** All files of the commit, laid out or not. Sorted. */
  readonly paths: readonly string[];
  /** Makes the folder what another commit has. @returns all paths that differ, deleted ones included, sorted. */
  goTo(commit: CommitSha): Promise<string[]>;
}

/** What is larger is no text that anybody reads: a file of its size stands in for it. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Read from git at once. */
const BATCH_BYTES = 32 * 1024 * 1024;
const WRITERS = 16;

/**
 * Written by us, byte for byte as git has it: no checkout, so no filter, hook or attribute of the repository takes part.
 * A symbolic link becomes one that leads nowhere. Names that are no UTF-8, or would leave the folder, are left out.
 * @throws E_REPOSITORY_INCOMPLETE, and what fills or locks a disk
 */
export async function layTree(tree: WorkingTree, commit: CommitSha, layoutOf: (path: string) => Layout): Promise<LaidTree> {
  const { host, gitDir, signal } = tree.place;
  const owned = await openOwnedFolder(await cacheFolder(host, 'workspaces'), signal);
  const laid = new OpenedTree(host, gitDir, owned, layoutOf, signal);
  try {
    await laid.goTo(commit);
    return laid;
  } catch (error) {
    await laid[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw LonghaulError.from(error, `laying out ${commit}`);
  }
}

const EMPTY: FrozenTree = { files: new Map(), read: async () => new Map() };

class OpenedTree implements LaidTree {
  readonly folder: string;
  paths: readonly string[] = [];
  #at: FrozenTree = EMPTY;
  readonly #host: Host;
  readonly #gitDir: string;
  readonly #owned: AsyncDisposable;
  readonly #layoutOf: (path: string) => Layout;
  readonly #signal: AbortSignal | undefined;

  constructor(
    host: Host,
    gitDir: string,
    owned: AsyncDisposable & { path: string },
    layoutOf: (path: string) => Layout,
    signal: AbortSignal | undefined,
  ) {
    this.folder = owned.path;
    this.#host = host;
    this.#gitDir = gitDir;
    this.#owned = owned;
    this.#layoutOf = layoutOf;
    this.#signal = signal;
  }

  async goTo(commit: CommitSha): Promise<string[]> {
    const next = await this.#read(commit);
    const changed = differingPaths(this.#at, next).filter(isSafe);
    const wanted = changed.filter((path) => this.#layoutOf(path) !== 'nothing');
    for (const path of wanted) if (this.#at.files.has(path)) await this.#remove(path);
    await this.#write(next, wanted);
    this.#at = next;
    this.paths = [...next.files.keys()].filter(isSafe).sort();
    return changed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]();
  }

  /** With the folders that are empty then: a file may come in their place. */
  async #remove(path: string): Promise<void> {
    await rm(join(this.folder, path), { force: true });
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      const isRemoved = await rmdir(join(this.folder, folder)).then(
        () => true,
        () => false,
      );
      if (!isRemoved) return;
    }
  }

  async #read(commit: CommitSha): Promise<FrozenTree> {
    try {
      return await readFrozenTree(this.#host, this.#gitDir, commit);
    } catch (error) {
      throw incomplete(commit, error);
    }
  }

  async #write(tree: FrozenTree, paths: readonly string[]): Promise<void> {
    const files = paths.flatMap((path) => {
      const file = tree.files.get(path);
      if (file === undefined || file.mode === '160000') return [];
      return [{ path, ...file, ...(this.#layoutOf(path) === 'name' && { bytes: 0, oid: '' }) }];
    });
    const folders = new Set(files.map(({ path }) => dirname(join(this.folder, path))));
    for (const folder of folders) await mkdir(folder, { recursive: true });
    for (const batch of batches(files)) {
      this.#signal?.throwIfAborted();
      const texts = batch.filter((file) => isText(file) && file.oid !== '').map(({ path }) => path);
      const contents = await tree.read(texts).catch((error: unknown) => Promise.reject(incomplete('a file', error)));
      await together(batch, (file) => layFile(join(this.folder, file.path), file, contents.get(file.path)));
    }
  }
}

async function layFile(target: string, file: FrozenFile, content: Uint8Array | undefined): Promise<void> {
  if (file.mode === '120000') return await symlink('/nonexistent', target);
  await writeFile(target, content ?? '');
  if (content === undefined && file.bytes > 0) await truncate(target, file.bytes);
}

function isText({ mode, bytes }: FrozenFile): boolean {
  return mode !== '120000' && bytes <= MAX_FILE_BYTES;
}

function* batches<T extends FrozenFile>(files: readonly T[]): Iterable<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file);
    bytes += isText(file) ? file.bytes : 0;
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  yield batch;
}

async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

/** A crafted tree may hold what no checkout would make. */
function isSafe(path: string): boolean {
  return path.isWellFormed() && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function incomplete(what: string, error: unknown): unknown {
  if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') return error;
  return new LonghaulError('E_REPOSITORY_INCOMPLETE', `${what} is not in this clone: ${error.message}`, { cause: error });
}
