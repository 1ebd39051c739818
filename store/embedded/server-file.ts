/** What is remembered of the embedded server between two starts: its port and the password of its one role. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const ServerFile = z.strictObject({
  schemaVersion: z.literal(1),
  /** Null until the first start. */
  port: z.int().min(1).max(65_535).nullable(),
  password: z.string().min(20),
});
export type ServerFile = z.infer<typeof ServerFile>;

/** Null when there is none, or none that can be read: then it is written anew, and the role's password with it. */
export async function readServerFile(file: string): Promise<ServerFile | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return ServerFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Only under the start lock. Mode 0600, for it holds the password. */
export async function writeServerFile(file: string, content: Omit<ServerFile, 'schemaVersion'>): Promise<void> {
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  await writeFile(partial, `${JSON.stringify({ schemaVersion: 1, ...content } satisfies ServerFile, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  await rename(partial, file);
}

/** Hexadecimal, so that it needs no escaping in SQL and in URLs. */
export function newPassword(): string {
  return randomBytes(24).toString('hex');
}
