/** Which settings a compiler checks a submission by. */
import { join } from 'node:path/posix';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** What `tsc --showConfig` says of a project, inheritance resolved; paths are relative to its folder. Since TypeScript 3.2. */
export const TypeSettings = z.object({
  compilerOptions: z.record(z.string(), z.unknown()).default({}),
  /** Files and patterns; `**\/*` where the settings name none. */
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
  /** As printed: every file they come to. */
  files: z.array(z.string()).default([]),
});
export type TypeSettings = z.infer<typeof TypeSettings>;

/**
 * Options that say where things are and what they are written in. An answer may need another one, an alias say, and none of them makes
 * the compiler look away. All others, those of versions to come among them, are the human's.
 */
const SUBMITTED = new Set([
  ...['paths', 'baseUrl', 'rootDir', 'rootDirs', 'types', 'typeRoots', 'customConditions', 'lib', 'target'],
  ...['jsx', 'jsxFactory', 'jsxFragmentFactory', 'jsxImportSource', 'allowJs', 'resolveJsonModule', 'allowImportingTsExtensions'],
  ...['allowArbitraryExtensions', 'esModuleInterop', 'allowSyntheticDefaultImports', 'experimentalDecorators', 'emitDecoratorMetadata'],
  ...['outDir', 'declarationDir', 'tsBuildInfoFile'],
]);

/** What `strict` implies, which `--showConfig` prints as if each had been written: written so, some of them contradict each other. */
const STRICT = new Set([
  ...['noImplicitAny', 'noImplicitThis', 'alwaysStrict', 'useUnknownInCatchVariables', 'strictNullChecks', 'strictFunctionTypes'],
  ...['strictBindCallApply', 'strictPropertyInitialization', 'strictBuiltinIteratorReturn'],
]);

/** Whether two trees are compiled alike, whatever files they have: then neither needs the other's settings. */
export function isSameSettings(one: TypeSettings, other: TypeSettings): boolean {
  const told = ({ compilerOptions, include, exclude }: TypeSettings) => ({ compilerOptions, include, exclude });
  return isDeepStrictEqual(told(one), told(other));
}

/**
 * The human's settings for a tree that may have brought its own: how strict the compiler is, and which files it looks at, is the
 * human's; where modules are found is the submission's, because an alias or a reference may be part of the answer. So are its files
 * of declarations: they add names, and what they silence is for integrity to say.
 * @param base file of the submission's settings, beside which these lie: its `paths` keep their meaning.
 */
export function settingsFor(human: TypeSettings, own: TypeSettings, base: string): object {
  const names = new Set([...Object.keys(human.compilerOptions), ...Object.keys(own.compilerOptions)]);
  const { outDir, declarationDir, strict } = human.compilerOptions;
  const isImplied = (name: string) => strict === true && STRICT.has(name) && human.compilerOptions[name] === true;
  const heldTo = (name: string) => (isImplied(name) ? null : (human.compilerOptions[name] ?? null));
  const held = [...names].filter((name) => !SUBMITTED.has(name)).map((name) => [name, heldTo(name)]);
  return {
    extends: `./${base}`,
    // Null takes back what is inherited.
    compilerOptions: Object.fromEntries(held),
    // Not as `files`: one that a submission lacks would be an error.
    include: human.include ?? [],
    exclude: human.exclude ?? [outDir, declarationDir].filter((folder) => typeof folder === 'string'),
    files: own.files.filter((path) => /\.d\.[cm]?ts$/.test(path)).map((path) => join('.', path)),
  };
}
