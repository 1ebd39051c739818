/** A state folder and a cache of a test's own, and proof that nothing is left of them. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopDatabase } from '#workers';

export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly stateFolder: string;
  readonly cacheFolder: string;
  /** Of a program that works here: the test's own environment, without whatever would lead it elsewhere. */
  readonly environment: Record<string, string>;
}

/** Disposal stops the database, fails when a process or an open workspace is left, and removes the folder. */
export function openPlace(): Place {
  // In /tmp and open to others, because the database of root runs as another user.
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-test-'));
  chmodSync(folder, 0o755);
  const stateFolder = join(folder, 'state');
  const cacheFolder = join(folder, 'cache');
  const { DATABASE_URL: _d, REDIS_URL: _r, LONGHAUL_DATABASE_PORT: _p, LONGHAUL_DEBUG: _l, FORCE_COLOR: _f, ...rest } = process.env;
  return {
    folder,
    stateFolder,
    cacheFolder,
    environment: { ...(rest as Record<string, string>), LONGHAUL_STATE_DIR: stateFolder, LONGHAUL_CACHE_DIR: cacheFolder },
    async [Symbol.asyncDispose]() {
      try {
        await until('every process of this place has ended', () => processesOf(folder).every((process) => process.includes('postgres')));
        const left = openWorkspaces(cacheFolder);
        await stopDatabase({ stateFolder });
        const survivors = processesOf(folder);
        if (left.length > 0 || survivors.length > 0) throw new Error(`left behind: ${[...left, ...survivors].join('\n')}`);
      } finally {
        await stopDatabase({ stateFolder });
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

export function openWorkspaces(cacheFolder: string): string[] {
  const folder = join(cacheFolder, 'workspaces');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** `<pid> <command line>` of everything that was started with this folder in its arguments or environment. Reads Linux's /proc; empty elsewhere. */
export function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const known = command.includes(folder) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
        return known && command !== '' ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

/** Waits for a condition, never for a time. */
export async function until<T>(what: string, look: () => T | Promise<T>, patienceMs = 60_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
    await sleep(100);
  }
}
