/** No isolation: the command runs as the user who started Longhaul. For bundled fixtures, or on explicit demand. */
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Host } from '../host.ts';
import { runProcess } from './run-process.ts';
import type { Sandbox } from './sandbox.ts';

/** @param folder holds the home and the temporary folder of the commands. The host's environment is not passed on. */
export async function openPlainProcess(host: Host, folder: string): Promise<Sandbox> {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  await mkdir(home, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const environment = {
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    CI: '1',
  };
  return {
    isolation: { sandbox: 'none', version: null, notEnforced: ['memory', 'processes', 'cpu-time'] },
    overlays: false,
    inside: (mount) => mount.host,
    exec: ({ argv, path = [], environment: own, ...command }) =>
      runProcess(argv, { ...command, environment: { PATH: [...path, ...searchPath(host)].join(delimiter), ...environment, ...own } }),
  };
}

/** npm puts its own folders and those of every package above the caller's first: they are not the repository's. */
function searchPath(host: Host): string[] {
  return (host.environment.PATH ?? '').split(delimiter).filter((folder) => !/node_modules[\\/](\.bin$|npm[\\/])/.test(folder));
}
