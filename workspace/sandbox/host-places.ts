/** What commands that see the host's own paths have to themselves: a home, a temporary folder, and an environment of ours. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecResult } from '#contracts';

/** What the shell in between exports of its own accord. */
export const SHELL_VARIABLES = ['PWD', 'OLDPWD', 'SHLVL', '_'];

export interface HostPlaces {
  home: string;
  temporary: string;
  /** All of it but PATH. The host's environment is not passed on. */
  environment: Readonly<Record<string, string>>;
}

/** Made below `folder`, which must be private. */
export async function openHostPlaces(folder: string): Promise<HostPlaces> {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  await mkdir(home, { recursive: true });
  await mkdir(temporary, { recursive: true });
  return { home, temporary, environment: { HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', TZ: 'UTC', CI: '1' } };
}

/** Asked of the host beforehand: a shell in between would make an exit code of it. */
export function notStarted(name: string): ExecResult {
  return {
    ending: 'not-started',
    exitCode: null,
    output: `${name}: No such file that can be run`,
    omittedChars: 0,
    wallMs: 0,
    cpuMs: null,
  };
}
