/** Reads and writes inside one folder, and nowhere else, whatever links an agent has made in it. */
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LonghaulError, RelativePath } from '#contracts';

/** What one text is worth in memory; sources and reports are far smaller. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** @throws E_WORKSPACE_PATH, also for a file of more than 64 MB */
export async function readContained(folder: string, path: string): Promise<string> {
  const target = await contain(folder, path);
  const facts = await lstat(target).catch(() => null);
  if (facts === null) throw refused(path, 'does not exist');
  if (!facts.isFile()) throw refused(path, facts.isDirectory() ? 'is a folder' : 'is not a regular file');
  if (facts.size > MAX_TEXT_BYTES) throw refused(path, `is too large to be read: ${facts.size} bytes`);
  // What takes its place meanwhile is neither followed nor waited for.
  await using file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return await file.readFile('utf8');
}

/** Creates missing folders. @throws E_WORKSPACE_PATH, E_DISK_FULL */
export async function writeContained(folder: string, path: string, content: string): Promise<void> {
  const target = await contain(folder, path);
  const facts = await lstat(target).catch(() => null);
  // Opening a pipe that nobody reads would wait for ever.
  if (facts !== null && !facts.isFile()) throw refused(path, facts.isDirectory() ? 'is a folder' : 'is not a regular file');
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EISDIR' || code === 'EEXIST' || code === 'ENOTDIR')
      throw refused(path, 'is a folder, or a file stands where a folder must be');
    throw LonghaulError.from(error, `writing ${path}`);
  }
}

/**
 * The real place of a path. Links inside the folder are followed, links that lead out are refused.
 * No command of the sandbox runs meanwhile, so nothing can change between the look and the use.
 */
async function contain(folder: string, path: string): Promise<string> {
  const parsed = RelativePath.safeParse(path);
  if (!parsed.success) throw refused(path, parsed.error.issues[0]?.message ?? 'is no path of the repository');
  const root = await realpath(folder);
  let existing = join(root, path);
  let rest = '';
  for (;;) {
    const real = await realpath(existing).catch(() => null);
    if (real !== null) {
      if (real !== root && !real.startsWith(root + sep)) throw refused(path, 'leads outside the repository');
      if (relative(root, real).split(sep).includes('.git')) throw refused(path, "leads into the repository's own folder");
      return join(real, rest);
    }
    // A link whose target is missing would be created wherever it points.
    if ((await lstat(existing).catch(() => null))?.isSymbolicLink()) throw refused(path, 'is a link to nowhere');
    rest = join(existing.slice(dirname(existing).length + 1), rest);
    existing = dirname(existing);
  }
}

function refused(path: string, why: string): LonghaulError {
  return new LonghaulError('E_WORKSPACE_PATH', `${JSON.stringify(path)} ${why}.`);
}
