/** Files and the imports between them. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModuleFacts, readModuleFacts } from '../facts/module-facts.ts';
import { createImportResolver, isLocal } from './resolve-import.ts';
import type { ImportKind, SkipReason } from '../snapshot.ts';
import type { Role, SourceTree } from '../tree/source-files.ts';

/** All imports of one file by another. `line` is that of the first import of the kind. */
export interface Edge {
  from: number;
  to: number;
  kind: ImportKind;
  line: number;
}

export interface ImportGraph {
  files: { path: string; role: Role }[];
  /** One per pair of files, by importer; no file imports itself here. Only production files have outgoing edges. */
  edges: Edge[];
  localImports: number;
  unresolved: { path: string; specifier: string; line: number }[];
  skipped: { path: string; reason: SkipReason }[];
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;
/** About 10 ms of work: a worker that renews locks gets its turn in between. */
const FILES_PER_TURN = 50;

/**
 * Reads and links the production files; what tests import decides nothing here.
 * A file that is too large, nested too deeply or unreadable stays in the graph without outgoing edges and is listed in `skipped`.
 */
export async function buildImportGraph(tree: SourceTree, signal?: AbortSignal): Promise<ImportGraph> {
  const { files } = tree;
  const graph: ImportGraph = { files, edges: [], localImports: 0, unresolved: [], skipped: [...tree.skipped] };
  const indexOf = new Map(files.map((file, index) => [file.path, index]));
  const facts = new Array<ModuleFacts | undefined>(files.length);

  await inTurns(files.length, signal, async (index) => {
    const file = files[index];
    if (file?.role !== 'production') return;
    const read = await readFacts(tree.root, file.path);
    if (typeof read === 'string') {
      graph.skipped.push({ path: file.path, reason: read });
      return;
    }
    if (read.syntaxError) graph.skipped.push({ path: file.path, reason: 'syntax-error' });
    facts[index] = read;
  });

  const resolve = await createImportResolver(tree, (path) => indexOf.has(path));
  await inTurns(files.length, signal, (from) => {
    const path = files[from]?.path ?? '';
    const edges = new Map<number, Edge>();
    for (const { specifier, line, typeOnly, names } of facts[from]?.imports ?? []) {
      const resolution = resolve(path, specifier);
      if (isLocal(specifier)) graph.localImports++;
      if (resolution.kind === 'unresolved') graph.unresolved.push({ path, specifier, line });
      const to = resolution.kind === 'file' ? indexOf.get(resolution.path) : undefined;
      if (to === undefined || to === from) continue;
      const kind: ImportKind = typeOnly || takesOnlyTypes(names, facts[to]) ? 'type' : 'value';
      const known = edges.get(to);
      if (!known || (known.kind === 'type' && kind === 'value')) edges.set(to, { from, to, kind, line });
    }
    graph.edges.push(...edges.values());
  });
  return graph;
}

/** TypeScript drops an import of which only types are taken, so it cannot close a cycle at run time. Names passed on by a barrel count as values. */
function takesOnlyTypes(names: readonly string[] | undefined, target: ModuleFacts | undefined): boolean {
  return names?.every((name) => target?.typeExports.has(name)) ?? false;
}

async function readFacts(root: string, path: string): Promise<ModuleFacts | SkipReason> {
  try {
    const file = join(root, path);
    if ((await stat(file)).size > MAX_FILE_BYTES) return 'too-large';
    return readModuleFacts(path, await readFile(file, 'utf8')) ?? 'too-deep';
  } catch {
    // Permissions, a name that is not UTF-8, a file gone meanwhile, a syntax tree too deep to walk.
    return 'unreadable';
  }
}

async function inTurns(count: number, signal: AbortSignal | undefined, work: (index: number) => Promise<void> | void): Promise<void> {
  for (let start = 0; start < count; start += FILES_PER_TURN) {
    signal?.throwIfAborted();
    await new Promise<void>((resume) => setImmediate(resume));
    const turn = Array.from({ length: Math.min(FILES_PER_TURN, count - start) }, (_, offset) => start + offset);
    await Promise.all(turn.map(work));
  }
}
