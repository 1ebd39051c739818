/** What every program needs of the machine, and all of it that a sandbox shows: its programs and libraries, and a few files about them. */
import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { remembered } from './remembered.ts';
import type { Mount } from './sandbox.ts';

export interface SystemView {
  /** Read-only. In the order in which they are mounted. */
  mounts: Mount[];
  /** Links at the root, such as `/bin` to `usr/bin`. */
  links: { inside: string; target: string }[];
}

const ROOT_FOLDERS = ['/bin', '/sbin', '/lib', '/lib64'];
/** Nothing of these names a user, a folder of the host, or another machine. */
const FILES = [
  'alternatives',
  'ssl/certs',
  'ssl/openssl.cnf',
  'ca-certificates',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'nsswitch.conf',
  'localtime',
  'mime.types',
];

/** Below /home, /root, /var or /srv nothing is shown. */
export function systemView(): Promise<SystemView> {
  return lookOnce('/');
}

const lookOnce = remembered(
  look,
  (root: string) => root,
  () => true,
);

async function look(root: string): Promise<SystemView> {
  const view: SystemView = { mounts: [], links: [] };
  const show = async (path: string) => {
    const isThere = await stat(join(root, path)).then(
      () => true,
      () => false,
    );
    if (isThere) view.mounts.push({ host: join(root, path), inside: path, writable: false });
  };
  await show('/usr');
  for (const path of ROOT_FOLDERS) {
    const target = await readlink(join(root, path)).catch(() => null);
    // Folders of their own where the distribution has not moved them below /usr.
    if (target === null) await show(path);
    else view.links.push({ inside: path, target: target.replace(/^\//, '') });
  }
  for (const name of FILES) await show(`/etc/${name}`);
  return view;
}
