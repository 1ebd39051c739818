/** What a user does on this system to get a sandbox, and limits that hold. */
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { type Host, isThere } from '../host.ts';
import { findProgram } from './find-program.ts';
import { findLibrary } from './sandbox-runtime/find-library.ts';

/** By the names that os-release(5) gives in ID and ID_LIKE. */
const INSTALLERS: readonly [RegExp, string][] = [
  [/debian|ubuntu/, 'apt-get install bubblewrap'],
  [/fedora|rhel|centos/, 'dnf install bubblewrap'],
  [/arch/, 'pacman -S bubblewrap'],
  [/alpine/, 'apk add bubblewrap'],
  [/suse/, 'zypper install bubblewrap'],
];

/** Since Ubuntu 23.10 a program needs a profile to make user namespaces. Source: Ubuntu wiki, SecurityTeam/Specifications/AppArmor, unprivileged_userns. */
const APPARMOR_SWITCH = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const APPARMOR_RULE = [
  'abi <abi/4.0>,',
  'include <tunables/global>',
  'profile bwrap /usr/bin/bwrap flags=(unconfined) {',
  '  userns,',
  '}',
];

/** One command of a shell. */
export async function installAdvice(host: Host): Promise<string> {
  if (process.platform === 'win32') return 'wsl --install';
  if (process.platform === 'darwin' && (await findLibrary()) === null)
    return 'npm ci --include=optional # by the npm of Node 22.12 or later';
  // Nothing that isolates on macOS is as tight as what Linux has: Longhaul can run in a Linux of its own there.
  if (process.platform !== 'linux') return 'brew install lima && limactl start template://debian && lima sudo apt-get install bubblewrap';
  if ((await findProgram('bwrap', host.environment.PATH ?? '')) === null) return installCommand();
  if ((await text(APPARMOR_SWITCH)).trim() === '1') {
    const lines = APPARMOR_RULE.map((line) => `'${line}'`).join(' ');
    return `printf '%s\\n' ${lines} | sudo tee /etc/apparmor.d/bwrap && sudo systemctl reload apparmor`;
  }
  if ((await text('/proc/sys/user/max_user_namespaces')).trim() === '0') return 'sudo sysctl -w user.max_user_namespaces=15000';
  if ((await text('/proc/sys/kernel/unprivileged_userns_clone')).trim() === '0') return 'sudo sysctl -w kernel.unprivileged_userns_clone=1';
  return 'docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined ... # bubblewrap needs both in a container';
}

/** How limits come to be enforced here; null where nothing is known to help. */
export async function limitsAdvice(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  if (!(await isThere('/sys/fs/cgroup/cgroup.controllers'))) return 'sudo longhaul ... # groups of version 1 are root’s';
  if (!(await isThere('/run/systemd/system')))
    return 'docker run --privileged --cgroupns=private ... # only so may a container divide its group';
  return 'sudo loginctl enable-linger "$USER" # then sign in again';
}

async function installCommand(): Promise<string> {
  const { ID = '', ID_LIKE = '' } = parseEnv((await text('/etc/os-release')) || (await text('/usr/lib/os-release')));
  const command = INSTALLERS.find(([names]) => names.test(`${ID} ${ID_LIKE}`))?.[1] ?? 'apt-get install bubblewrap';
  return process.getuid?.() === 0 ? command : `sudo ${command}`;
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
