/** What dependency-cruiser sees. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ICruiseResult, IDependency } from 'dependency-cruiser';
import { type EdgeKind, Edges } from './edges.ts';
import { runTool } from './tool.ts';

export interface CruisedCode {
  /** Files of the tree that were read. */
  files: string[];
  edges: Edges;
}

/** The rest (JSON, styles) is no node of a graph of sources. */
const SOURCE = /\.[cm]?[jt]sx?$/;
const CONFIGURATION = '.cruise.json';

/**
 * With its own defaults, but for the conditions and extensions of TypeScript; in a process of its own, since it mixes up the trees that one process
 * gives it. Paths are relative to `folder`.
 * It reads TypeScript through `typescript` below 7, and without one reads nothing and says so to nobody: ask for `files`.
 */
export async function cruiseCode(folder: string): Promise<CruisedCode> {
  const options = {
    exclude: { path: ['(^|/)node_modules/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  };
  await writeFile(join(folder, CONFIGURATION), JSON.stringify({ options }));
  const { stdout } = await runTool('dependency-cruiser', 'depcruise', ['--config', CONFIGURATION, '--output-type', 'json', '.'], folder);
  const { modules } = JSON.parse(stdout) as ICruiseResult;
  const read = modules.filter(({ source, couldNotResolve, coreModule }) => !couldNotResolve && !coreModule && SOURCE.test(source));
  const edges = new Edges();
  for (const { source, dependencies } of read) {
    for (const dependency of dependencies) {
      if (dependency.couldNotResolve || dependency.coreModule || !SOURCE.test(dependency.resolved)) continue;
      edges.add(source, dependency.resolved, dependency.module, kindsOf(dependency));
    }
  }
  return { files: read.map(({ source }) => source), edges };
}

function kindsOf({ dependencyTypes, dynamic }: IDependency): EdgeKind[] {
  const types = new Set<string>(dependencyTypes);
  const isReference = types.has('triple-slash-directive');
  const isType = isReference || types.has('type-only') || types.has('type-import') || types.has('jsdoc');
  return [
    isType ? 'type' : 'value',
    ...(types.has('export') ? ['re-export' as const] : []),
    ...(dynamic ? ['dynamic' as const] : []),
    ...(types.has('require') || types.has('import-equals') ? ['require' as const] : []),
    ...(isReference ? ['reference' as const] : []),
  ];
}
