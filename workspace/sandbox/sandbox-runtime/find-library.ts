/** Finds the library sandbox-runtime where npm has put it. It is optional: npm leaves it out where it runs on a Node before 22.12. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { remembered } from '../remembered.ts';

export interface Library {
  version: string;
  /** What of it must be visible to every command. */
  programs: string;
}

const Manifest = z.object({ version: z.string() });

/** Null where it is not installed. */
export function findLibrary(): Promise<Library | null> {
  return lookOnce('@anthropic-ai/sandbox-runtime/package.json');
}

const lookOnce = remembered(
  look,
  (manifest: string) => manifest,
  (found) => found !== null,
);

async function look(manifest: string): Promise<Library | null> {
  try {
    const file = createRequire(import.meta.url).resolve(manifest);
    const { version } = Manifest.parse(JSON.parse(await readFile(file, 'utf8')));
    return { version, programs: join(dirname(file), 'vendor') };
  } catch {
    return null;
  }
}
