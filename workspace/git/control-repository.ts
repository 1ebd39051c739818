/** The harness's own view of a work tree: a bare repository beside it, which nothing inside the tree can reach or configure. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import type { Host } from '../host.ts';
import { BYTE_FOR_BYTE, type GitPlace, git } from './git.ts';
import { binaryPatch, listTree } from './history.ts';
import { layRepository } from './lay-repository.ts';
import { bytesOfPath } from './path-names.ts';
import { unlockFiles } from '../locked-files.ts';
import { stageTree } from './stage-tree.ts';
import { type ChangeWatch, watchChanges } from './watch-changes.ts';

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
  /**
   * Writes files of a tree again, whatever stands in their place, without a look at what is there: files too large for a submission
   * would not be seen. @param paths those of the tree; all when left out, and then nothing else stays but dependencies.
   */
  restore(tree: CommitSha, paths?: readonly string[]): Promise<void>;
  /** Makes the named paths of the work tree what `from` has there; those it lacks go. */
  adopt(from: CommitSha, paths: readonly string[]): Promise<void>;
  /** Three-way merge into the work tree. @returns the paths that conflict, sorted; when there are any, nothing has changed. */
  mergeIn(change: TreeChange): Promise<string[]>;
  /** `tree` after a binary patch. @throws E_PATCH_REFUSED when it does not apply, or names a path that git will not take. */
  applyPatch(tree: CommitSha, patch: Uint8Array): Promise<CommitSha>;
  /** Binary patch that turns `from` into `to`; empty when they are equal. */
  diff(from: CommitSha, to: CommitSha, excluding?: readonly string[]): Promise<Uint8Array>;
  countChanges(from: CommitSha, to: CommitSha): Promise<number>;
  /** `tree` with some paths replaced by how `from` has them; paths that `from` lacks are removed. */
  overlay(tree: CommitSha, from: CommitSha, paths: readonly string[]): Promise<CommitSha>;
  /** Follows the files of the work tree from now on. */
  watch(): Promise<ChangeWatch>;
  /** `tree` with other texts in some of its files. */
  replaceTexts(tree: CommitSha, texts: ReadonlyMap<string, string>): Promise<CommitSha>;
}

/** What happened from one commit to another. */
export interface TreeChange {
  from: CommitSha;
  to: CommitSha;
  /** Paths that the tree may have in a way of its own, because it was never given what `from` has there: such a path is left alone. */
  withheld: readonly string[];
  /** Paths that are not the tree's to decide on: they become what `to` has there, whatever the tree has made of them. */
  notOwn: (path: string) => boolean;
  /** Paths that are the tree's as long as both sides' work fits; where it conflicts, they become what `to` has there. */
  yielding: (path: string) => boolean;
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
  let watches = 0;
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

  const commitTree = async (treeId: CommitSha, parent: CommitSha | null, message: string): Promise<CommitSha> => {
    const parents = parent === null ? [] : ['-p', parent];
    return CommitShaSchema.parse((await git(bare, ['commit-tree', treeId, ...parents, '-m', message])).trim());
  };

  const overlay = async (start: CommitSha, from: CommitSha, paths: readonly string[]): Promise<CommitSha> => {
    const source = await listTree(host, folder, from);
    const present = await listTree(host, folder, start);
    return onScratchIndex(start, async (place) => {
      const removed = paths.filter((path) => !source.has(path) && present.has(path));
      const laid = paths.filter((path) => source.has(path));
      await putEntries(
        place,
        [...removed, ...laid].map((path) => [path, source.get(path)]),
      );
    });
  };

  /** @param tree made of what has just been staged: the index still says what lies in the work tree. */
  const become = (target: CommitSha) => git(tree, ['read-tree', '--reset', '-u', target]);

  const merge = async (
    staged: CommitSha,
    { from, to, withheld, notOwn }: TreeChange,
  ): Promise<{ tree: CommitSha; conflicts: [] } | { tree: null; conflicts: string[] }> => {
    const filesOf = (of: CommitSha) => listTree(host, folder, of);
    const [own, before, after] = [await filesOf(staged), await filesOf(from), await filesOf(to)];
    const ours = await overlay(staged, from, [...own.keys(), ...before.keys(), ...after.keys()].filter(notOwn));
    const apart = withheld.filter((path) => own.get(path)?.oid !== before.get(path)?.oid);
    // Commits of our own, because git 2.39 takes the base of a merge from history only.
    const base = await commitTree(await overlay(from, ours, apart), null, 'Base');
    const sides = await Promise.all([ours, await overlay(to, ours, apart)].map((side) => commitTree(side, base, 'Side')));
    const answer = await git(bare, ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', '--stdin'], `${sides.join(' ')}\n`);
    const [clean, merged, ...conflicts] = answer.split('\0');
    if (clean === '1') return { tree: CommitShaSchema.parse(merged), conflicts: [] };
    return { tree: null, conflicts: [...new Set(conflicts.filter((path) => path !== ''))].sort() };
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
    commitTree,
    async treeOf(commit) {
      return CommitShaSchema.parse((await git(bare, ['rev-parse', '--verify', `${commit}^{tree}`])).trim());
    },
    async checkOut(from, paths) {
      if (paths.length > 0) await git(tree, ['checkout', '--force', from, '--', ...paths.map(literally)]);
    },
    async restore(target, paths) {
      await unlockFiles(workTree, ['node_modules', '.git']);
      if (paths === undefined) {
        await git(tree, ['read-tree', '--reset', target]);
        await git(tree, ['clean', '--quiet', '-ffdx', '--exclude=node_modules']);
        await git(tree, ['checkout-index', '--all', '--force', '--quiet']);
        return;
      }
      await onScratchIndex(target, async (place) => {
        await git(
          { ...place, workTree },
          ['checkout-index', '--force', '-z', '--stdin'],
          Buffer.concat(paths.flatMap((path) => [bytesOfPath(path), NUL])),
        );
      });
    },
    async adopt(from, paths) {
      if (paths.length > 0) await become(await overlay((await stage()).tree, from, paths));
    },
    async mergeIn(change) {
      const { tree: staged } = await stage();
      let merged = await merge(staged, change);
      if (merged.tree === null && merged.conflicts.every(change.yielding)) {
        const yielded = new Set(merged.conflicts);
        merged = await merge(staged, { ...change, notOwn: (path) => change.notOwn(path) || yielded.has(path) });
      }
      if (merged.tree !== null) await become(merged.tree);
      return merged.conflicts;
    },
    async applyPatch(start, patch) {
      if (patch.length === 0) return start;
      const file = join(folder, 'submission.patch');
      await writeFile(file, patch);
      return onScratchIndex(start, async (place) => {
        await git(place, ['apply', '--cached', '--binary', '--whitespace=nowarn', file]).catch((error: unknown) => {
          if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
          throw new LonghaulError('E_PATCH_REFUSED', `The patch does not apply to tree ${start}: ${error.message}`, { cause: error });
        });
      });
    },
    diff: (from, to, excluding = []) => binaryPatch(host, { gitDir: folder, from, to, excluding, scratch: join(folder, 'diff.patch') }),
    async countChanges(from, to) {
      const list = await git(bare, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
      return list.split('\0').filter((path) => path !== '').length;
    },
    overlay,
    watch() {
      watches += 1;
      return watchChanges(tree, `watch-${watches}`);
    },
    async replaceTexts(start, texts) {
      if (texts.size === 0) return start;
      const files = await listTree(host, folder, start);
      const entries: [string, Entry][] = [];
      for (const [path, text] of texts) {
        const oid = (await git(bare, ['hash-object', '-w', '--stdin'], text)).trim();
        entries.push([path, { mode: files.get(path)?.mode ?? '100644', oid }]);
      }
      return onScratchIndex(start, (place) => putEntries(place, entries));
    },
  };
}

/** git's words for a path that it will not, or the disk cannot, take. */
const UNFIT_PATH = /invalid path|File name too long|unable to create file|cannot create directory/;

function literally(path: string): string {
  return `:(top,literal)${path}`;
}

interface Entry {
  mode: string;
  oid: string;
}

const NUL = Buffer.from([0]);
const NO_ENTRY: Entry = { mode: '0', oid: '0'.repeat(40) };

/** In this order; undefined takes a path away. A folder where a file must lie gives way to the file, and the other way round. */
async function putEntries(place: GitPlace, entries: readonly (readonly [path: string, Entry | undefined])[]): Promise<void> {
  const lines = entries.flatMap(([path, { mode, oid } = NO_ENTRY]) => [Buffer.from(`${mode} ${oid} 0\t`), bytesOfPath(path), NUL]);
  await git(place, ['update-index', '-z', '--index-info'], Buffer.concat(lines));
}
