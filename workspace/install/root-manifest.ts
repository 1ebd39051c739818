/** The package.json in the root of a repository, as far as an environment depends on it. */
import { z } from 'zod';
import { LonghaulError } from '#contracts';

/** Longer ones are no manifest; the longest we know of has 200 kB. */
const MAX_CHARS = 4_000_000;

/** A field of an odd shape counts as missing: other programs read it, and it is theirs to complain. */
const text = z.string().optional().catch(undefined);
const Dependencies = z.record(z.string(), z.string()).catch({}).default({});

const RootManifest = z.looseObject({
  packageManager: text,
  engines: z.looseObject({ node: text }).catch({}).default({}),
  volta: z.looseObject({ node: text }).catch({}).default({}),
  dependencies: Dependencies,
  devDependencies: Dependencies,
  optionalDependencies: Dependencies,
});
export type RootManifest = z.infer<typeof RootManifest>;

/** @throws E_MANIFEST_MALFORMED */
export function parseRootManifest(source: string): RootManifest {
  if (source.length > MAX_CHARS) throw malformed(`is ${source.length} characters long`);
  try {
    // Some editors begin a file with a byte order mark, and npm strips it.
    return RootManifest.parse(JSON.parse(source.replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof z.ZodError) throw malformed('is no JSON object');
    throw malformed(`is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function malformed(why: string): LonghaulError {
  return new LonghaulError('E_MANIFEST_MALFORMED', `package.json ${why}.`);
}
