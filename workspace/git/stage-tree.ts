/** Puts a work tree into the index of its control repository, whatever an agent has made of it: nothing in the tree can make this fail. */
import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghaulError } from '#contracts';
import { unlockFiles } from '../locked-files.ts';
import { type GitPlace, git, gitBytes } from './git.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A patch of so much content is hardly ever twice as large, and `binaryPatch` takes that. */
const MAX_CHANGED_BYTES = 256 * 1024 * 1024;

/** A path relative to the work tree, byte for byte: names need not be UTF-8. */
type BytePath = Buffer;

/**
 * Stages everything, as `git add --all` does, but for what no submission can hold: files of more than 64 MiB, files beyond 256 MiB of changes
 * in all, and paths that git refuses to track (`.GIT`, a link called `.gitmodules`). Where the index has such a path it stays as it is there.
 * @param taken bytes of each changed file that earlier calls have staged, empty at first. Kept up to date here.
 * @returns the paths left out, for a person to read.
 * @throws E_DISK_FULL, E_NO_WRITE_PERMISSION
 */
export async function stageTree(place: GitPlace & { workTree: string }, taken: Map<string, number>): Promise<string[]> {
  const { gitDir, workTree } = place;
  await unlockFiles(workTree, ['node_modules', '.git']);
  const submodules = await takeOutSubmodules(place);
  const hidden: Hidden[] = [];
  try {
    const untracked = await hideInnerRepositories(place, hidden);
    const modified = await list(place, '--modified');
    // Where a pipe or a socket has taken a file's place, git would stop.
    const facts = await Promise.all(modified.map((path) => lstat(inside(workTree, path)).catch(() => null)));
    const isSpecial = modified.filter((_, index) => {
      const fact = facts[index];
      return fact && !fact.isFile() && !fact.isSymbolicLink() && !fact.isDirectory();
    });
    await updateIndex(place, ['--force-remove'], isSpecial);

    const tooLarge = await tooLargeOf(workTree, [...modified, ...untracked], taken);
    const isUntracked = new Set(untracked);
    for (const path of tooLarge.filter((some) => isUntracked.has(some))) await hide(hidden, workTree, path, gitDir);
    await updateIndex(
      place,
      ['--assume-unchanged'],
      tooLarge.filter((path) => !isUntracked.has(path)),
    );
    const refused = await addAll(place);
    await updateIndex(place, ['--no-assume-unchanged'], await assumedUnchanged(place));
    await putBack(place, submodules);
    return [...tooLarge.map(String), ...refused].sort();
  } finally {
    for (const { from, to } of hidden.toReversed()) await rename(to, from);
  }
}

/** @returns paths that git refuses to track. It names them and goes on; anything else that it says is an error. */
async function addAll(place: GitPlace): Promise<string[]> {
  try {
    await git(place, ['add', '--all', '--ignore-errors', '--', '.']);
    return [];
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
    const lines = error.message.replace(/^git add: /, '').split(/\n(?=error: |fatal: |warning: )/);
    if (!lines.every((line) => /^(error: (invalid path|unable to add) '|warning: )/.test(line))) throw error;
    return lines.flatMap((line) => /^error: invalid path '(.*)'$/s.exec(line)?.[1] ?? []);
  }
}

/** In the order of their paths, so that the same tree always leaves out the same. */
async function tooLargeOf(workTree: string, paths: readonly BytePath[], taken: Map<string, number>): Promise<BytePath[]> {
  let room = MAX_CHANGED_BYTES - [...taken.values()].reduce((sum, size) => sum + size, 0);
  const tooLarge: BytePath[] = [];
  for (const path of [...paths].sort(Buffer.compare)) {
    const name = path.toString('latin1');
    const before = taken.get(name) ?? 0;
    const facts = await lstat(inside(workTree, path)).catch(() => null);
    const size = facts?.isFile() ? facts.size : 0;
    if (size > MAX_FILE_BYTES || size > room + before) {
      tooLarge.push(path);
      continue;
    }
    room += before - size;
    taken.set(name, size);
  }
  return tooLarge;
}

/**
 * Submodules stay as the base has them. git must not know of them while it looks at the tree: it would ask each one
 * for its state, with whatever configuration an agent has written there.
 */
export async function takeOutSubmodules(place: GitPlace): Promise<BytePath[]> {
  const entries = (await list(place, '--stage')).filter((entry) => entry.toString('latin1', 0, 7) === '160000 ');
  await updateIndex(
    place,
    ['--force-remove'],
    entries.map((entry) => entry.subarray(entry.indexOf('\t') + 1)),
  );
  return entries;
}

async function putBack(place: GitPlace, submodules: readonly Buffer[]): Promise<void> {
  if (submodules.length === 0) return;
  const present = (await list(place, '--cached')).map((path) => path.toString('latin1'));
  // Files that an agent has put in its place are its answer.
  const missing = submodules.filter((entry) => {
    const path = entry.toString('latin1', entry.indexOf('\t') + 1);
    return !present.some((other) => other === path || other.startsWith(`${path}/`));
  });
  await git(place, ['update-index', '-z', '--index-info'], nulTerminated(missing));
}

interface Hidden {
  from: Buffer;
  to: string;
}

/**
 * Puts the `.git` of repositories inside the tree aside: git would note such a folder as a submodule without content, or,
 * while the repository has no commit, refuse to add anything at all. `ls-files` names such a folder with a slash at its end,
 * and does not look into it.
 * @returns the files that git does not track.
 */
async function hideInnerRepositories(place: GitPlace & { workTree: string }, hidden: Hidden[]): Promise<BytePath[]> {
  for (;;) {
    const untracked = await list(place, '--others', '--exclude-standard');
    const inner = untracked.filter((path) => path.at(-1) === SLASH);
    if (inner.length === 0) return untracked;
    for (const path of inner) await hide(hidden, place.workTree, Buffer.concat([path, Buffer.from('.git')]), place.gitDir);
  }
}

async function hide(hidden: Hidden[], workTree: string, path: BytePath, folder: string): Promise<void> {
  const move = { from: inside(workTree, path), to: join(folder, `hidden-${hidden.length}`) };
  await rename(move.from, move.to);
  hidden.push(move);
}

/** `ls-files -v` marks them by a small letter. */
async function assumedUnchanged(place: GitPlace): Promise<BytePath[]> {
  return (await list(place, '-v')).filter((line) => /^[a-z] /.test(line.toString('latin1', 0, 2))).map((line) => line.subarray(2));
}

async function list(place: GitPlace, ...which: string[]): Promise<Buffer[]> {
  const bytes = await gitBytes(place, ['ls-files', '-z', ...which]);
  const found: Buffer[] = [];
  for (let at = 0, end = bytes.indexOf(0); end !== -1; at = end + 1, end = bytes.indexOf(0, at)) found.push(bytes.subarray(at, end));
  return found;
}

async function updateIndex(place: GitPlace, how: readonly string[], paths: readonly BytePath[]): Promise<void> {
  if (paths.length > 0) await git(place, ['update-index', ...how, '-z', '--stdin'], nulTerminated(paths));
}

function nulTerminated(list: readonly Buffer[]): Buffer {
  return Buffer.concat(list.flatMap((item) => [item, Buffer.of(0)]));
}

const SLASH = 0x2f;

function inside(folder: string, path: BytePath): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}
