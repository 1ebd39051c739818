/** Sandbox by the library sandbox-runtime, for macOS: there Seatbelt decides what a command may read, write and reach. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { cacheFolder, type Host } from '../../host.ts';
import type { Backend, Probe } from '../backend.ts';
import { openHostPlaces } from '../host-places.ts';
import { remembered } from '../remembered.ts';
import { broken } from '../run-limited.ts';
import { findLibrary, type Library } from './find-library.ts';
import { runConfined } from './run-confined.ts';

const NAME = 'sandbox-runtime';

const probeOnce = remembered(
  probe,
  (host: Host) => `${host.cacheFolder}\0${host.environment.HOME}`,
  ({ reason }) => reason === null,
);

/**
 * - Writes: the tree, the home, the temporary folder, and mounts that are writable.
 * - Reads: those, the other mounts, and the machine's programs, libraries and their settings. That a folder exists can be seen everywhere.
 * - Network: none, and no server of the command's own either. Sockets that are files work where the command may write.
 *   With `network` it reaches every host that has a name, but this machine and link-local ones, through a proxy for HTTP and SOCKS that
 *   programs must find in their environment. A proxy that the environment named before is gone through in turn, and judges addresses itself.
 * - Memory, processes and processor time have no limit. A process that leaves its process group outlives its command, still confined.
 *
 * Source: README of the library, "How It Works" and "Security Limitations", and its dist/sandbox/macos-sandbox-utils.js.
 */
export const SANDBOX_RUNTIME: Backend = {
  name: NAME,
  probe: probeOnce,
  async open(host, folder, limits, version) {
    const [library, places] = await Promise.all([findLibrary(), openHostPlaces(folder)]);
    if (library === null) throw broken({ output: `${NAME} is gone`, ending: 'not-started' });
    return {
      isolation: { sandbox: NAME, version, notEnforced: ['memory', 'processes', 'cpu-time'] },
      overlays: false,
      inside: (mount) => mount.host,
      apart: (other) => SANDBOX_RUNTIME.open(host, other, limits, version),
      exec: (command) => runConfined(host, library, places, command),
    };
  },
};

async function probe(host: Host): Promise<Probe> {
  const none = (reason: string) => ({ version: null, reason });
  const library = await findLibrary();
  if (library === null) return none(`${NAME} is not installed: npm leaves it out without optional packages, and on a Node before 22.12`);
  const trouble = await tryIt(host, library).catch((error: unknown) => (error as Error).message);
  return trouble === null ? { version: library.version, reason: null } : none(`${NAME} does not work here: ${trouble}`);
}

/** @returns null when a command reads what it shall, and neither reads, writes nor reaches what it shall not; else what it printed. */
async function tryIt(host: Host, library: Library): Promise<string | null> {
  const folder = await mkdtemp(join(await cacheFolder(host, 'workspaces'), `${process.pid}-`));
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const [shown, hidden] = [join(folder, 'shown'), join(folder, 'hidden')];
    await writeFile(shown, 'shown\n');
    await writeFile(hidden, 'hidden\n');
    await mkdir(join(folder, 'places'));
    const attempts = [
      'cat "$1"',
      'cat "$2" 2>/dev/null',
      '(echo written >"$1"; echo written >"$2") 2>/dev/null',
      '(: </dev/tcp/127.0.0.1/$3) 2>/dev/null && echo reached',
      'exit 0',
    ];
    const { output } = await runConfined(host, library, await openHostPlaces(join(folder, 'places')), {
      argv: ['bash', '-c', attempts.join('\n'), 'bash', shown, hidden, String(port)],
      cwd: join(folder, 'places/home'),
      mounts: [{ host: shown, inside: '/shown', writable: false }],
      timeoutMs: 30_000,
    });
    if (output !== 'shown\n') return output.trim() || 'a command could not read what was mounted for it';
    const after = (await readFile(shown, 'utf8')) + (await readFile(hidden, 'utf8'));
    return after === 'shown\nhidden\n' ? null : 'a command could write what it must not';
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
