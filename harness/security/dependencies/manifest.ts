/** What a `package.json` says about dependencies, programs and scripts. */
import { z } from 'zod';

const Texts = z.record(z.string(), z.string()).catch({});
const Anything = z.record(z.string(), z.unknown()).catch({});

/** Forgiving part by part: a manifest is the repository's, and one odd field must not hide the others. */
const PackageJson = z.object({
  name: z.string().optional().catch(undefined),
  dependencies: Texts.default({}),
  optionalDependencies: Texts.default({}),
  peerDependencies: Texts.default({}),
  devDependencies: Texts.default({}),
  scripts: Texts.default({}),
  bin: z.union([z.string(), Texts]).optional().catch(undefined),
  overrides: Anything.default({}),
  resolutions: Anything.default({}),
  pnpm: z
    .object({ overrides: Anything.default({}), patchedDependencies: Anything.default({}) })
    .optional()
    .catch(undefined),
});

export interface Manifest {
  name: string | undefined;
  /** Name to range, what users install. */
  runtime: Record<string, string>;
  /** Name to range, what only its makers install. */
  development: Record<string, string>;
  scripts: Record<string, string>;
  programs: string[];
  /** Versions forced upon dependencies of dependencies, and packages patched. */
  overrides: Record<string, unknown>;
}

export function isManifest(path: string): boolean {
  return path === 'package.json' || path.endsWith('/package.json');
}

/** @returns nothing when the text is no JSON object */
export function readManifest(text: string): Manifest | undefined {
  const parsed = PackageJson.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { name, bin, scripts, pnpm, overrides, resolutions, ...fields } = parsed.data;
  return {
    name,
    runtime: { ...fields.peerDependencies, ...fields.optionalDependencies, ...fields.dependencies },
    development: fields.devDependencies,
    scripts,
    programs: typeof bin === 'string' ? [name?.split('/').at(-1) ?? ''] : Object.keys(bin ?? {}),
    overrides: { ...pnpm?.patchedDependencies, ...pnpm?.overrides, ...resolutions, ...overrides },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
