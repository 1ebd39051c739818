/** Makes a real git repository with a history out of plain files, always with the same commit ids. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitSha, CommitSha as CommitShaSchema, LonghaulError } from '#contracts';
import { lockOf } from '../cache/cache-entry.ts';
import { holdLock } from '../file-lock.ts';
import { cacheFolder, type Host, isThere, unfinished } from '../host.ts';
import { BYTE_FOR_BYTE, git } from './git.ts';

/** One commit on top of the one before it: a patch, then folders whose files are laid over the tree. */
export interface CommitRecipe {
  message: string;
  /** Path of a patch file. */
  patch?: string;
  overlays: readonly string[];
}

export interface BuiltRepository {
  /** A bare repository in the cache, which `git` can fetch from like any other. */
  repository: string;
  base: CommitSha;
  /** One per recipe. */
  commits: CommitSha[];
}

const AUTHOR = { name: 'Longhaul fixtures', email: 'fixtures@longhaul.invalid' };
const FIRST_DAY = Date.UTC(2024, 0, 1, 9);
const DAY_MS = 86_400_000;

/**
 * Built once per content and kept in the cache; the same files give the same ids on every machine.
 * @param files folder of the first commit; `node_modules` in it is left out.
 * @throws E_TASK_MALFORMED when a patch does not apply, naming it.
 */
export async function buildRepository(host: Host, files: string, recipes: readonly CommitRecipe[]): Promise<BuiltRepository> {
  const key = await contentKey(files, recipes);
  const repository = join(await cacheFolder(host, 'repositories'), `${key}.git`);
  if (!(await isThere(repository))) await buildAlone(host, repository, files, recipes);
  const log = await git({ host, gitDir: repository }, ['rev-list', '--reverse', 'main']);
  const [base, ...commits] = log
    .trim()
    .split('\n')
    .map((id) => CommitShaSchema.parse(id));
  if (base === undefined) throw new LonghaulError('E_INTERNAL', `${repository} has no commit.`);
  return { repository, base, commits };
}

async function buildAlone(host: Host, repository: string, files: string, recipes: readonly CommitRecipe[]): Promise<void> {
  using _alone = await holdLock(lockOf(repository), 'exclusive');
  // Somebody else may have built it while we waited for our turn.
  if (!(await isThere(repository))) await build(host, repository, files, recipes);
}

async function build(host: Host, repository: string, files: string, recipes: readonly CommitRecipe[]): Promise<void> {
  const aside = unfinished(repository);
  const workTree = join(aside, 'tree');
  const gitDir = join(aside, 'repository.git');
  try {
    await mkdir(workTree, { recursive: true });
    await git({ host, gitDir: aside }, ['init', '--quiet', '--bare', gitDir]);
    await git({ host, gitDir }, ['config', 'core.bare', 'false']);
    await writeFile(join(gitDir, 'info/attributes'), BYTE_FOR_BYTE);
    await copyFiles(files, workTree);
    for (const [index, recipe] of [{ message: 'Base', overlays: [] } as CommitRecipe, ...recipes].entries()) {
      const place = { host, gitDir, workTree, identity: { ...AUTHOR, date: new Date(FIRST_DAY + index * DAY_MS).toISOString() } };
      if (recipe.patch) await applyPatch(place, recipe.patch);
      for (const overlay of recipe.overlays) await copyFiles(overlay, workTree);
      await git(place, ['add', '--all', '--force', '--', '.']);
      await git(place, ['commit', '--quiet', '--allow-empty', '--no-gpg-sign', '-m', recipe.message]);
    }
    await rename(gitDir, repository);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function applyPatch(place: Parameters<typeof git>[0], patch: string): Promise<void> {
  try {
    await git(place, ['apply', '--binary', '--whitespace=nowarn', '--', patch]);
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.code !== 'E_GIT_FAILED') throw error;
    throw new LonghaulError('E_TASK_MALFORMED', `${patch} does not apply: ${error.message}`, { cause: error });
  }
}

function copyFiles(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, filter: (source) => !/(^|[\\/])(node_modules|\.git)$/.test(source) });
}

async function contentKey(files: string, recipes: readonly CommitRecipe[]): Promise<string> {
  const hash = createHash('sha256').update(BYTE_FOR_BYTE);
  await addFolder(hash, files);
  for (const recipe of recipes) {
    hash.update(`\0commit ${recipe.message}\0`);
    if (recipe.patch) hash.update(await readFile(recipe.patch));
    for (const overlay of recipe.overlays) await addFolder(hash, overlay);
  }
  return hash.digest('hex').slice(0, 24);
}

async function addFolder(hash: ReturnType<typeof createHash>, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'node_modules' || entry.name === '.git') continue;
    hash.update(`\0${entry.name}\0`);
    if (entry.isDirectory()) await addFolder(hash, join(folder, entry.name));
    else hash.update(await readFile(join(folder, entry.name)));
  }
}
