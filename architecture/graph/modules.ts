/** Draws the modules of a tree: packages, and inside them folders. */
import { posix } from 'node:path';
import { z } from 'zod';
import { compareText, type FileEdge, ImportWitness } from './imports.ts';

export interface Module {
  /** A folder with all that lies below it (`src/domain`), or with `/*` only the files directly in a folder whose subfolders are modules. */
  name: string;
  /** Folder of the package it belongs to; `.` for the root. */
  package: string;
}

/** A value import runs when the program runs; a type import is gone after compilation. */
export const ImportKind = z.enum(['value', 'type']);
export type ImportKind = z.infer<typeof ImportKind>;

/** Every production file belongs to exactly one module. Sorted by name. */
export const ModuleSummary = z.strictObject({ name: z.string(), package: z.string(), files: z.int().positive() });
export type ModuleSummary = z.infer<typeof ModuleSummary>;

/** The witness is a value import where there is one. Sorted by both names. */
export const ModuleEdge = z.strictObject({ from: z.string(), to: z.string(), kinds: z.array(ImportKind).min(1), witness: ImportWitness });
export type ModuleEdge = z.infer<typeof ModuleEdge>;

const MAX_MODULES = 80;
const MAX_FILES = 40;

interface Folder {
  path: string;
  direct: string[];
  below: number;
  subfolders: Map<string, Folder>;
}

/**
 * Every file gets one module.
 *
 * 1. A package is a module. Files outside every package belong to the root.
 * 2. A package's folder, and its `src`, are split into their subfolders as soon as there are two: `src/domain` and
 *    `src/http` of a small service are what its authors call its parts. A folder with one subfolder and no more is passed through.
 * 3. Any folder below is split while it has more than 40 files and at least two subfolders.
 * 4. When this gives more than 80 modules, small packages stay whole and the 40 is doubled until it does not.
 *
 * Files lying directly in a split folder form the module `folder/*`: entry points and small shared things, in no layer of their own.
 * Source: architecture as a map of files to modules, Murphy, Notkin and Sullivan, Software Reflexion Models, TSE 27(4), 2001.
 */
export function drawModules(files: readonly string[], packageFolders: readonly string[]): Map<string, Module> {
  const packages = groupByPackage(files, packageFolders);
  let drawn = draw(packages, 0, MAX_FILES);
  for (let limit = MAX_FILES; countNames(drawn) > MAX_MODULES && limit <= files.length; limit *= 2) drawn = draw(packages, limit, limit);
  return drawn;
}

function draw(packages: ReadonlyMap<string, Folder>, rootLimit: number, limit: number): Map<string, Module> {
  const modules = new Map<string, Module>();
  for (const [owner, tree] of packages) split(tree, owner, modules, rootLimit, limit);
  return modules;
}

function split(folder: Folder, owner: string, modules: Map<string, Module>, rootLimit: number, limit: number): void {
  const isRoot = folder.path === owner || folder.path === posix.join(owner, 'src');
  const passThrough = folder.subfolders.size === 1 && (isRoot || folder.below > limit);
  const large = folder.below > (isRoot ? rootLimit : limit) && folder.subfolders.size > 1;
  if (!large && !(passThrough && splitsBelow(folder, owner, rootLimit, limit))) {
    for (const file of filesOf(folder)) modules.set(file, { name: folder.path, package: owner });
    return;
  }
  for (const file of folder.direct) modules.set(file, { name: `${folder.path}/*`, package: owner });
  for (const subfolder of folder.subfolders.values()) split(subfolder, owner, modules, rootLimit, limit);
}

/** Whether passing through a chain of single folders leads to one that is split. */
function splitsBelow(folder: Folder, owner: string, rootLimit: number, limit: number): boolean {
  let inner = folder;
  while (inner.subfolders.size === 1) inner = inner.subfolders.values().next().value as Folder;
  const isRoot = inner.path === posix.join(owner, 'src');
  return inner.subfolders.size > 1 && inner.below > (isRoot ? rootLimit : limit);
}

function groupByPackage(files: readonly string[], packageFolders: readonly string[]): Map<string, Folder> {
  const borders = new Set(packageFolders);
  const packages = new Map<string, Folder>();
  for (const file of files) {
    let owner = posix.dirname(file);
    while (owner !== '.' && !borders.has(owner)) owner = posix.dirname(owner);
    let folder = packages.get(owner) ?? emptyFolder(owner);
    packages.set(owner, folder);
    folder.below++;
    const inside = owner === '.' ? file : file.slice(owner.length + 1);
    for (const part of inside.split('/').slice(0, -1)) {
      const subfolder = folder.subfolders.get(part) ?? emptyFolder(posix.join(folder.path, part));
      folder.subfolders.set(part, subfolder);
      folder = subfolder;
      folder.below++;
    }
    folder.direct.push(file);
  }
  return packages;
}

function emptyFolder(path: string): Folder {
  return { path, direct: [], below: 0, subfolders: new Map() };
}

function filesOf(folder: Folder): string[] {
  return [...folder.direct, ...[...folder.subfolders.values()].flatMap(filesOf)];
}

function countNames(modules: ReadonlyMap<string, Module>): number {
  return new Set([...modules.values()].map((module) => module.name)).size;
}

export function summarizeModules(modules: ReadonlyMap<string, Module>): ModuleSummary[] {
  const byName = new Map<string, ModuleSummary>();
  for (const { name, package: owner } of modules.values()) {
    const summary = byName.get(name) ?? { name, package: owner, files: 0 };
    summary.files++;
    byName.set(name, summary);
  }
  return [...byName.values()].sort((a, b) => compareText(a.name, b.name));
}

export function moduleEdges(
  edges: readonly FileEdge[],
  pathOf: (file: number) => string,
  modules: ReadonlyMap<string, Module>,
): ModuleEdge[] {
  const byPair = new Map<string, ModuleEdge>();
  for (const edge of edges.toSorted((a, b) => Number(b.isValue) - Number(a.isValue))) {
    const from = modules.get(pathOf(edge.from))?.name;
    const to = modules.get(pathOf(edge.to))?.name;
    if (from === undefined || to === undefined || from === to) continue;
    const kind = edge.isValue ? 'value' : 'type';
    const known = byPair.get(`${from}\0${to}`);
    if (!known)
      byPair.set(`${from}\0${to}`, { from, to, kinds: [kind], witness: { from: pathOf(edge.from), to: pathOf(edge.to), line: edge.line } });
    else if (!known.kinds.includes(kind)) known.kinds.push(kind);
  }
  return [...byPair.values()].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}
