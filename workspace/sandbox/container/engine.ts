/** The two container engines, as far as they differ. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { runProcess } from '../run-process.ts';
import { systemView } from '../system-view.ts';

const IMAGE = 'longhaul-skeleton:1';
/** What an engine's own program needs to find its engine. */
const CLIENT_VARIABLES = /^(PATH|HOME|XDG_\w+|DOCKER_\w+|CONTAINERS?_\w+|DBUS_SESSION_BUS_ADDRESS)$/;

export interface Engine {
  readonly name: 'podman' | 'docker';
  /** Prints the version of what would run containers; fails where nothing answers. */
  readonly version: readonly string[];
  /** Options before the command, in the order in which they are tried. Hybrid cgroups are runc's, which crun refuses. */
  readonly globals: readonly (readonly string[])[];
  readonly removal: readonly string[];
  /** Options by which a user without rights inside may write what our user may write outside. */
  user(host: Host): Promise<readonly string[]>;
  /** Last words of a `run`, before the command: a root of empty folders. @param folder private, for what it takes. */
  root(host: Host, folder: string): Promise<readonly string[]>;
}

export const PODMAN: Engine = {
  name: 'podman',
  version: ['version', '--format', '{{.Client.Version}}'],
  globals: [[], ['--runtime', 'runc']],
  removal: ['rm', '--force', '--time', '0'],
  async user() {
    const map = isRoot()
      ? ['--uidmap', '--gidmap'].flatMap((option) => [option, '0:1:1000', option, '1000:0:1'])
      : ['--userns', 'keep-id:uid=1000,gid=1000'];
    return [...map, '--user', '1000:1000', '--no-hosts', '--read-only-tmpfs=false'];
  },
  async root(_, folder) {
    const root = await makeSkeleton(join(folder, 'root'));
    return ['--rootfs', root];
  },
};

export const DOCKER: Engine = {
  name: 'docker',
  version: ['version', '--format', '{{.Server.Version}}'],
  globals: [[]],
  removal: ['rm', '--force'],
  async user(host) {
    const { output } = await engineCommand(DOCKER, host, ['info', '--format', '{{.SecurityOptions}}']);
    // The root of an engine without rights is our own user outside.
    return ['--user', output.includes('rootless') ? '0:0' : `${process.getuid?.()}:${process.getgid?.()}`];
  },
  async root(host, folder) {
    const known = await engineCommand(DOCKER, host, ['image', 'inspect', IMAGE]);
    if (known.exitCode === 0) return [IMAGE];
    const root = await makeSkeleton(join(folder, 'root'));
    const import_ = `tar -C "$1" -c . | "$2" import - ${IMAGE}`;
    await runProcess(['sh', '-c', import_, 'sh', root, 'docker'], { cwd: '/', environment: clientEnvironment(host), timeoutMs: 60_000 });
    return [IMAGE];
  },
};

export function engineCommand(engine: Engine, host: Host, args: readonly string[]) {
  return runProcess([engine.name, ...args], { cwd: '/', environment: clientEnvironment(host), timeoutMs: 60_000 });
}

export function clientEnvironment(host: Host): Record<string, string> {
  return Object.fromEntries(Object.entries(host.environment).filter(([name]) => CLIENT_VARIABLES.test(name)));
}

async function makeSkeleton(root: string): Promise<string> {
  for (const name of ['dev', 'etc', 'home/agent', 'opt', 'proc', 'sys', 'tmp', 'usr']) await mkdir(join(root, name), { recursive: true });
  const { links } = await systemView();
  for (const { inside, target } of links) await symlink(target, join(root, inside)).catch(() => {});
  return root;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
