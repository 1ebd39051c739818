/** No isolation: the command runs as the user who started Longhaul. For bundled fixtures, or on explicit demand. */
import { delimiter } from 'node:path';
import type { Host } from '../host.ts';
import type { ResourceLimits } from './control-groups/control-groups.ts';
import { controlGroups } from './control-groups/find-control-groups.ts';
import { findProgram } from './find-program.ts';
import { notStarted, openHostPlaces, SHELL_VARIABLES } from './host-places.ts';
import { runLimited } from './run-limited.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Limits hold where there are control groups, against accidents: a command of root's may leave its group.
 * @param folder holds the home and the temporary folder of the commands. The host's environment is not passed on.
 */
export async function openPlainProcess(host: Host, folder: string, limits: ResourceLimits): Promise<Sandbox> {
  const places = await openHostPlaces(folder);
  const groups = await controlGroups(host);
  return {
    isolation: { sandbox: 'none', version: null, notEnforced: [...(groups?.notEnforced ?? ['memory', 'processes', 'cpu-time'])] },
    overlays: false,
    inside: (mount) => mount.host,
    apart: (other) => openPlainProcess(host, other, limits),
    async exec({ argv: [name = '', ...args], path = [], environment: own, ...command }) {
      const environment = { PATH: [...path, ...searchPath(host)].join(delimiter), ...places.environment, ...own };
      if ((await findProgram(name, environment.PATH, command.cwd)) === null) return notStarted(name);
      const argv = ['/usr/bin/env', ...SHELL_VARIABLES.flatMap((variable) => ['-u', variable]), name, ...args];
      const { report: _, ...result } = await runLimited(groups, limits, argv, { ...command, environment });
      return result;
    },
  };
}

/** npm puts its own folders and those of every package above the caller's first: they are not the repository's. */
function searchPath(host: Host): string[] {
  return (host.environment.PATH ?? '').split(delimiter).filter((folder) => !/node_modules[\\/](\.bin$|npm[\\/])/.test(folder));
}
