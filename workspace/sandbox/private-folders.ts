/** What every sandbox has of its own on the host: a home, a temporary folder, and the few files by which programs know where they are. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mount } from './sandbox.ts';

export const HOME = '/home/agent';

/** The same on every machine: the host's own files name its users, and where they live. */
const FILES = {
  passwd: `root:x:0:0:root:/root:/usr/sbin/nologin\nagent:x:1000:1000:agent:${HOME}:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
  group: 'root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost ip6-loopback\n',
};

/** Made below `folder`, which must be private. In the order in which they are mounted. */
export async function privateFolders(folder: string): Promise<Mount[]> {
  for (const name of ['home', 'tmp', 'etc']) await mkdir(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, 'etc', name), text);
  return [
    { host: join(folder, 'home'), inside: HOME, writable: true },
    { host: join(folder, 'tmp'), inside: '/tmp', writable: true },
    ...Object.keys(FILES).map((name) => ({ host: join(folder, 'etc', name), inside: `/etc/${name}`, writable: false })),
  ];
}
