/** Code that nobody here wrote: the sources that packages of ours, and a few that are installed for this alone, carry with them. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');
const OUTPUT = new Set(['dist', 'node_modules']);

/** Package to what is read of it beside its package.json; null for all but output. */
const SOURCES = {
  /** TypeScript, written with `.js`. */
  zod: ['src'],
  /** TypeScript, written without extensions; most of it closes one large knot. */
  openai: ['src'],
  /** TypeScript, without extensions; interfaces taken without the word `type`. */
  rxjs: ['src'],
  /** TypeScript, written with `.ts`; the densest of them. */
  effect: ['src'],
  /** TypeScript and TSX, `.ts`; half of its files name their own package. */
  '@reduxjs/toolkit': ['src'],
  '@trpc/server': ['src'],
  /** JavaScript, CommonJS, thousands of files. */
  'core-js': null,
} satisfies Record<string, string[] | null>;

export type CodeBase = keyof typeof SOURCES;

/** A copy outside of `node_modules`, which every tool leaves alone. Gone after the test. */
export async function copyCodeBase(name: CodeBase): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-oracle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const source = join(PACKAGES, name);
  const entries = SOURCES[name] ?? (await readdir(source)).filter((entry) => !OUTPUT.has(entry));
  for (const entry of new Set([...entries, 'package.json'])) await cp(join(source, entry), join(folder, entry), { recursive: true });
  return folder;
}
