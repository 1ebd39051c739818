/** The harness's own view of a work tree: a bare repository beside it, which nothing inside the tree can reach or configure. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import type { Host } from '../host.ts';
import { BYTE_FOR_BYTE, git } from './git.ts';
import { binaryPatch, listTree } from './history.ts';
import { layRepository } from './lay-repository.ts';
import { stageTree } from './stage-tree.ts';

/** Dependencies and the tree's own repository never become part of a submission. */
const NEVER_COMMITTED = 'node_modules\n.git\n';

export interface ControlRepository {
  readonly folder: string;
  /** Stages the work tree. Respects .gitignore, as `git add --all` does. `leftOut`: what `stageTree` could not take. */
  stage(): Promise<{ tree: CommitSha; leftOut: string[] }>;
  /** What `stage()` would put into the tree, sorted. */
  listFiles(): Promise<string[]>;
  /**
   * Fills the empty work tree with the files of `tree`, and makes the index say so, so that the next `stage()` reads only what has changed since.
   * @returns the index file, for a copy of it. @throws E_REPOSITORY_UNSUPPORTED when a path cannot be laid out.
   */
  populate(tree: CommitSha): Promise<string>;
  commitTree(tree: CommitSha, parent: CommitSha | null, message: string): Promise<CommitSha>;
  treeOf(commit: CommitSha): Promise<CommitSha>;
  /** Writes the named files of `from` into the work tree; symbolic links in the tree are replaced, not followed. */
  checkOut(from: CommitSha, paths: readonly string[]): Promise<void>;
  /** `tree` after a binary patch. @throws E_GIT_FAILED when the patch does not apply. */
  applyPatch(tree: CommitSha, patch: Uint8Array): Promise<CommitSha>;
  /** Binary patch that turns `from` into `to`; empty when they are equal. */
  diff(from: CommitSha, to: CommitSha, excluding?: readonly string[]): Promise<Uint8Array>;
  countChanges(from: CommitSha, to: CommitSha): Promise<number>;
  /** `tree` with some paths replaced by how `from` has them; paths that `from` lacks are removed. */
  overlay(tree: CommitSha, from: CommitSha, paths: readonly string[]): Promise<CommitSha>;
}

/** @param mirror whose objects are read, never written. */
export async function createControlRepository(
  host: Host,
  options: { folder: string; workTree: string; mirror: string; signal?: AbortSignal },
): Promise<ControlRepository> {
  const { folder, workTree, mirror, signal } = options;
  const bare = { host, gitDir: folder, transient: true, ...(signal && { signal }) };
  const tree = { ...bare, workTree };
  let scratchIndexes = 0;
  const taken = new Map<string, number>();

  await layRepository(folder, { bare: false, borrowsFrom: [join(mirror, 'objects')] });
  await writeFile(join(folder, 'info/attributes'), BYTE_FOR_BYTE);
  await writeFile(join(folder, 'info/exclude'), NEVER_COMMITTED);

  const onScratchIndex = async (start: CommitSha, change: (place: typeof bare & { indexFile: string }) => Promise<void>) => {
    scratchIndexes += 1;
    const place = { ...bare, indexFile: join(folder, `scratch-${scratchIndexes}.index`) };
    await git(place, ['read-tree', start]);
    await change(place);
    return CommitShaSchema.parse((await git(place, ['write-tree'])).trim());
  };

  const stage = async () => {
    const leftOut = await stageTree(tree, taken);
    return { tree: CommitShaSchema.parse((await git(tree, ['write-tree'])).trim()), leftOut };
  };

  return {
    folder,
    stage,
    async listFiles() {
      await stage();
      const list = await git(tree, ['ls-files', '-z', '--cached']);
      return list
        .split('\0')
        .filter((path) => path !== '')
        .sort();
    },
    async populate(start) {
      try {
        await git(tree, ['read-tree', '--reset', '-u', start]);
      } catch (error) {
        if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED' || !UNFIT_PATH.test(error.message)) throw error;
        throw new LonghaulError('E_REPOSITORY_UNSUPPORTED', `A path of the tree ${start} cannot be laid out: ${error.message}`, {
          cause: error,
        });
      }
      return join(folder, 'index');
    },
    async commitTree(treeId, parent, message) {
      const parents = parent === null ? [] : ['-p', parent];
      return CommitShaSchema.parse((await git(bare, ['commit-tree', treeId, ...parents, '-m', message])).trim());
    },
    async treeOf(commit) {
      return CommitShaSchema.parse((await git(bare, ['rev-parse', '--verify', `${commit}^{tree}`])).trim());
    },
    async checkOut(from, paths) {
      if (paths.length > 0) await git(tree, ['checkout', '--force', from, '--', ...paths.map(literally)]);
    },
    async applyPatch(start, patch) {
      if (patch.length === 0) return start;
      const file = join(folder, 'submission.patch');
      await writeFile(file, patch);
      return onScratchIndex(start, async (place) => {
        await git(place, ['apply', '--cached', '--binary', '--whitespace=nowarn', file]);
      });
    },
    diff: (from, to, excluding = []) => binaryPatch(host, { gitDir: folder, from, to, excluding, scratch: join(folder, 'diff.patch') }),
    async countChanges(from, to) {
      const list = await git(bare, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
      return list.split('\0').filter((path) => path !== '').length;
    },
    async overlay(start, from, paths) {
      const source = await listTree(host, folder, from);
      const present = await listTree(host, folder, start);
      return onScratchIndex(start, async (place) => {
        const removed = paths.filter((path) => !source.has(path) && present.has(path));
        for (const some of chunks(removed)) await git(place, ['update-index', '--force-remove', '--', ...some]);
        const laid = paths.flatMap((path) => {
          const entry = source.get(path);
          return entry ? ['--cacheinfo', `${entry.mode},${entry.oid},${path}`] : [];
        });
        // --replace: a folder where the file must lie gives way to the file, and the other way round.
        for (const some of chunks(laid)) await git(place, ['update-index', '--add', '--replace', ...some]);
      });
    },
  };
}

/** git's words for a path that it will not, or the disk cannot, take. */
const UNFIT_PATH = /invalid path|File name too long|unable to create file|cannot create directory/;

function literally(path: string): string {
  return `:(top,literal)${path}`;
}

/** Short enough for a command line; even, because some arguments come in pairs. */
function chunks(list: readonly string[], size = 500): string[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
