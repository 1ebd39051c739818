/** Loads the project a file belongs to into memory. */
import { existsSync, readdirSync } from 'node:fs';
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
  const { allowJs = false, outDir } = project.getCompilerOptions();
  const wanted = allowJs ? /\.[cm]?[jt]sx?$/ : /\.[cm]?tsx?$/;
  for (const source of filesBelow(nearest === null ? folder : dirname(nearest), outDir)) {
    if (wanted.test(source) && !/\.d\.[cm]?ts$/.test(source)) project.addSourceFileAtPath(source);
  }
  return project;
}

/** Neither follows links, which may lead anywhere, nor enters installed, hidden and built folders. */
function* filesBelow(folder: string, outDir: string | undefined): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.') && path !== outDir) {
      yield* filesBelow(path, outDir);
    }
  }
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
  const parsed = parseConfig(config);
  if (parsed === undefined || parsed.fileNames.includes(file)) return config;
  const references = (parsed.projectReferences ?? []).map((reference) => ts.resolveProjectReferencePath(reference));
  return references.find((path) => parseConfig(path)?.fileNames.includes(file)) ?? config;
}

function parseConfig(path: string): ts.ParsedCommandLine | undefined {
  return ts.getParsedCommandLineOfConfigFile(path, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} });
}
