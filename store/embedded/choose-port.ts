/** Chooses the port of the embedded server. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { LonghaulError } from '#contracts';

export const HOST = '127.0.0.1';

/** Below the ephemeral ranges of Linux (32768 up) and macOS (49152 up), so that no outgoing connection sits on it at a restart. */
const LOWEST = 20_000;
const COUNT = 10_000;

/** A server of ours that was just killed may hold its port for a moment longer. */
const TRIES = 20;
const RETRY_MS = 100;

/**
 * The port asked for, or the one of the last start, or a free one. The search for it begins at a place of the folder's own,
 * so that servers of several folders seldom meet.
 * @throws E_PORT_IN_USE when another program has the port asked for.
 */
export async function choosePort(folder: string, wanted: number | undefined, remembered: number | null): Promise<number> {
  if (wanted !== undefined) {
    if (await becomesFree(wanted)) return wanted;
    throw new LonghaulError('E_PORT_IN_USE', `Another program listens on ${HOST}:${wanted}.`);
  }
  if (remembered !== null && (await becomesFree(remembered))) return remembered;
  const start = createHash('sha256').update(folder).digest().readUInt32BE();
  for (let step = 0; step < COUNT; step++) {
    const port = LOWEST + ((start + step) % COUNT);
    if (await isFree(port)) return port;
  }
  throw new LonghaulError('E_PORT_IN_USE', `Every port of ${HOST} from ${LOWEST} to ${LOWEST + COUNT - 1} is taken.`);
}

async function becomesFree(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (await isFree(port)) return true;
    await setTimeout(RETRY_MS);
  }
  return false;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen({ port, host: HOST, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
