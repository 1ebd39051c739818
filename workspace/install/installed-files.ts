/** Reads and writes of files among mounted dependencies: as the next command would see them, by a command. */
import { type ExecResult, LonghaulError, RelativePath } from '#contracts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const MAX_CHARS = 64_000_000;

/** How the scripts say why not. */
const REFUSALS: Record<number, string> = {
  3: 'does not exist',
  4: 'leads outside the repository',
  5: 'is a folder',
  6: 'is not a regular file',
};

/** `$1` is the path; the real place goes into `$p`. */
const CONTAINED = 'case "$p" in "$PWD"/*) ;; *) exit 4 ;; esac; case "$p/" in */.git/*) exit 4 ;; esac; [ -d "$p" ] && exit 5;';
const READ = `p=$(realpath -e -- "$1") || exit 3; ${CONTAINED} [ -f "$p" ] || exit 6; exec cat -- "$p"`;
const WRITE = `p=$(realpath -m -- "$1"); ${CONTAINED} [ -e "$p" ] && ! [ -f "$p" ] && exit 6; mkdir -p -- "$(dirname -- "$p")" && exec cat > "$p"`;

export interface InstalledFiles {
  sandbox: Sandbox;
  /** The work tree as commands see it. */
  cwd: string;
  mounts: Parameters<Sandbox['exec']>[0]['mounts'];
}

/** @throws E_WORKSPACE_PATH */
export async function readInstalled(place: InstalledFiles, path: string): Promise<string> {
  const result = await run(place, READ, path, '');
  if (result.exitCode !== 0) throw refused(path, REFUSALS[result.exitCode ?? 0] ?? 'cannot be read');
  if (result.omittedChars > 0) throw refused(path, `is longer than ${MAX_CHARS} characters`);
  return result.output;
}

/** Creates missing folders. The shared snapshot stays as it is. @throws E_WORKSPACE_PATH, also where dependencies are read-only */
export async function writeInstalled(place: InstalledFiles, path: string, content: string): Promise<void> {
  const { exitCode, output } = await run(place, WRITE, path, content);
  if (exitCode === 0) return;
  const isReadOnly = /Read-only file system/.test(output);
  throw refused(path, isReadOnly ? 'is read-only here: dependencies are shared' : (REFUSALS[exitCode ?? 0] ?? 'cannot be written'));
}

function run({ sandbox, cwd, mounts = [] }: InstalledFiles, script: string, path: string, stdin: string): Promise<ExecResult> {
  const parsed = RelativePath.safeParse(path);
  if (!parsed.success) throw refused(path, parsed.error.issues[0]?.message ?? 'is no path of the repository');
  return sandbox.exec({ argv: ['bash', '-c', script, 'bash', path], cwd, mounts, stdin, maxOutputChars: MAX_CHARS });
}

function refused(path: string, why: string): LonghaulError {
  return new LonghaulError('E_WORKSPACE_PATH', `${JSON.stringify(path)} ${why}.`);
}
