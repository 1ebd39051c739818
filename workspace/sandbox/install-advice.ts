/** What a user does on this system to get a sandbox. */
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Host } from '../host.ts';
import { findProgram } from './find-program.ts';

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

/** One command, or one sentence where no command can do it. Without a full stop. */
export async function installAdvice(host: Host): Promise<string> {
  if (process.platform === 'darwin') return 'Start Docker Desktop or podman (`brew install podman && podman machine init --now`)';
  if (process.platform !== 'linux') return 'Run Longhaul under WSL 2 (`wsl --install`), where bubblewrap works';
  if ((await findProgram('bwrap', host.environment.PATH ?? '')) === null) return `Run \`${await installCommand()}\``;
  if ((await text(APPARMOR_SWITCH)).trim() === '1') {
    const lines = APPARMOR_RULE.map((line) => `'${line}'`).join(' ');
    return `Run \`printf '%s\\n' ${lines} | sudo tee /etc/apparmor.d/bwrap && sudo systemctl reload apparmor\``;
  }
  if ((await text('/proc/sys/user/max_user_namespaces')).trim() === '0') return 'Run `sudo sysctl -w user.max_user_namespaces=15000`';
  if ((await text('/proc/sys/kernel/unprivileged_userns_clone')).trim() === '0')
    return 'Run `sudo sysctl -w kernel.unprivileged_userns_clone=1`';
  return 'Allow user namespaces here, as in a container started with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`';
}

async function installCommand(): Promise<string> {
  const { ID = '', ID_LIKE = '' } = parseEnv((await text('/etc/os-release')) || (await text('/usr/lib/os-release')));
  const command = INSTALLERS.find(([names]) => names.test(`${ID} ${ID_LIKE}`))?.[1] ?? 'apt-get install bubblewrap';
  return process.getuid?.() === 0 ? command : `sudo ${command}`;
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
