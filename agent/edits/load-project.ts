/** Loads the project a file belongs to into memory. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Project, ts } from 'ts-morph';

/**
 * The nearest tsconfig.json at or above the file, or the project reference in it that names the file, decides the compiler options.
 * Beside the files it names, all other sources below it are loaded: configurations often leave the tests out, and a rename must not.
 * Without a tsconfig.json all sources of the repository are loaded, JavaScript included.
 * Files of other packages of a monorepo are seen as far as the project imports them.
 */
export function loadProject(folder: string, file: string): Project {
  const nearest = nearestConfig(folder, dirname(file));
  const project =
    nearest === null
      ? new Project({ compilerOptions: { allowJs: true, skipLibCheck: true } })
      : new Project({ tsConfigFilePath: owningConfig(nearest, file), compilerOptions: { skipLibCheck: true } });
  const root = nearest === null ? folder : dirname(nearest);
  const { allowJs, outDir } = project.getCompilerOptions();
  project.addSourceFilesAtPaths([
    `${root}/**/*.{ts,tsx,mts,cts${allowJs ? ',js,jsx,mjs,cjs' : ''}}`,
    `!${root}/**/node_modules/**`,
    `!${root}/**/*.d.{ts,mts,cts}`,
    ...(outDir === undefined ? [] : [`!${outDir}/**`]),
  ]);
  return project;
}

function nearestConfig(folder: string, start: string): string | null {
  for (let at = start; ; at = dirname(at)) {
    const candidate = join(at, 'tsconfig.json');
    if (existsSync(candidate)) return candidate;
    if (at === folder || at === dirname(at)) return null;
  }
}

/** A tsconfig.json that only lists references leaves the options to them. */
function owningConfig(config: string, file: string): string {
  const references = parseConfig(config)?.projectReferences ?? [];
  if (references.length === 0 || parseConfig(config)?.fileNames.includes(file)) return config;
  const owner = references
    .map((reference) => ts.resolveProjectReferencePath(reference))
    .find((path) => parseConfig(path)?.fileNames.includes(file));
  return owner ?? config;
}

function parseConfig(path: string): ts.ParsedCommandLine | undefined {
  return ts.getParsedCommandLineOfConfigFile(path, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} });
}
