/** Finds the running server of a data folder, without ever taking another process for it. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What PostgreSQL writes into `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  /** Null while the server is on its way up. */
  port: number | null;
}

/** The command line of a process; null when there is no such process, or only its zombie. */
export type CommandOf = (pid: number) => Promise<string | null>;

/**
 * Null when no server runs in the folder. The file alone proves nothing: it survives kill -9, its process number is used
 * again after a reboot, and a copied folder still names the original's server.
 */
export async function findPostmaster(data: string, commandOf: CommandOf): Promise<Postmaster | null> {
  const written = await readPostmasterFile(data);
  return written !== null && written.data === data && isPostmaster(await commandOf(written.pid), data) ? written : null;
}

export function isPostmaster(command: string | null, data: string): boolean {
  return command?.includes('postgres') === true && command.includes(`-D ${data} `);
}

/**
 * Removes a `postmaster.pid` whose process number belongs to another program by now: PostgreSQL would take that program for
 * a server and refuse to start. A number that nobody has is left to PostgreSQL. Only under the start lock.
 */
export async function removeForeignPostmasterFile(data: string, commandOf: CommandOf): Promise<void> {
  const written = await readPostmasterFile(data);
  const command = written && (await commandOf(written.pid));
  if (command === null || isPostmaster(command, data)) return;
  await rm(join(data, 'postmaster.pid'), { force: true });
}

/** Its lines: process, data folder, start time, port, ... The port comes once sockets are open. */
async function readPostmasterFile(data: string): Promise<(Postmaster & { data: string }) | null> {
  let lines: string[];
  try {
    lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const [pid, folder, , port] = lines;
  if (!Number(pid) || folder === undefined) return null;
  return { pid: Number(pid), data: folder, port: Number(port) || null };
}
