/** The part of a package.json that decides how tests run, and what they are compiled to. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** Keys that test runners, their compilers and their coverage read there. Which command runs the tests is read from the human commit anyhow. */
const KEYS = ['jest', 'mocha', 'ava', 'tap', 'nyc', 'c8', 'babel', 'ts-node', 'vitest', 'esm', 'postcss'];

const Manifest = z.record(z.string(), z.unknown());

/**
 * @param human null where people have no such file: then there are no such settings.
 * @returns `own` with the human settings in it; null where it has just these, or is nothing that a runner could read.
 */
export function withRunnerSettingsOf(human: string | null, own: string): string | null {
  const [theirs, manifest] = [parse(human ?? '{}') ?? {}, parse(own)];
  if (manifest === null || KEYS.every((key) => isDeepStrictEqual(manifest[key], theirs[key]))) return null;
  const rest = Object.entries(manifest).filter(([key]) => !KEYS.includes(key));
  const settings = KEYS.flatMap((key) => (key in theirs ? [[key, theirs[key]] as const] : []));
  return `${JSON.stringify(Object.fromEntries([...rest, ...settings]), null, 2)}\n`;
}

function parse(text: string): z.infer<typeof Manifest> | null {
  try {
    return Manifest.safeParse(JSON.parse(text.replace(/^\ufeff/, ''))).data ?? null;
  } catch {
    return null;
  }
}
