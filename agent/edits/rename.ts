/** Computes a rename as a transaction: applied in memory, checked, and only then handed over. */
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Project, ts } from 'ts-morph';
import { findSymbol } from './find-symbol.ts';
import { loadProject } from './load-project.ts';
import { newErrors } from './new-errors.ts';
import { objectionToName } from './new-name.ts';
import type { Rename, RenameRequest } from './rename-message.ts';
import { type DeclaredName, declaredNames, editOf, findPlaces } from './rename-places.ts';
import { applyEdits, byFile, newPositions, type TextEdit } from './text-edits.ts';

const MAX_SHOWN_ERRORS = 5;

/** Blocks until done, for seconds on a large project. Writes nothing. */
export function rename(request: RenameRequest): Rename {
  // The compiler follows links, so files and repository are compared by their real paths.
  const folder = realpathSync(request.folder);
  const { path, symbol: name, newName } = request;
  const rejected = (reason: string): Rename => ({ kind: 'rejected', reason: reason.replaceAll(folder + sep, '') });

  const file = join(folder, path);
  const project = loadProject(folder, file);
  const service = project.getLanguageService().compilerObject;
  const before = programOf(service);
  const source = before.getSourceFile(file);
  if (source === undefined) return rejected(`${path} is not a TypeScript or JavaScript source of the project.`);
  const found = findSymbol(before.getTypeChecker(), source, path, name);
  if (found.kind === 'rejected') return rejected(found.reason);
  const names = declaredNames(found.symbol);
  const objection = objectionToName(before.getTypeChecker(), found, newName) ?? objectionToSymbol(service, found.symbol, names);
  if (objection !== null) return rejected(objection);

  const places = findPlaces(service, names);
  const foreign = places.find(({ fileName }) => !belongsTo(folder, fileName));
  if (foreign !== undefined) return rejected(`${name} is also named in ${foreign.fileName}, which does not belong to the repository.`);
  const edits = byFile(places.map((place) => editOf(before, place, newName)));
  const checked = new Set([...edits.keys(), ...importersOf(project, edits.keys())]);

  const files: Extract<Rename, { kind: 'edits' }>['files'] = [];
  for (const [touched, fileEdits] of edits) {
    const text = applyEdits(project.getSourceFileOrThrow(touched).getFullText(), fileEdits);
    const onDisk = readFileSync(touched, 'utf8');
    if (onDisk.includes('\uFFFD')) return rejected(`${name} is also named in ${touched}, which is not plain UTF-8 text.`);
    // Replaced as a whole, because ts-morph's own editing changes line ends. The compiler's text has no byte order mark.
    project.createSourceFile(touched, text, { overwrite: true });
    const mark = onDisk.startsWith('\uFEFF') ? '\uFEFF' : '';
    files.push({ path: relative(folder, touched).split(sep).join('/'), text: mark + text });
  }
  const after = programOf(service);
  const errors = newErrors(before, after, checked, (message) => renameIn(message, found.symbol.name, newName));
  if (errors.length > 0) {
    const shown = errors.slice(0, MAX_SHOWN_ERRORS).join('\n');
    return rejected(`Renaming ${name} to ${newName} would bring ${errors.length} new errors:\n${shown}`);
  }
  const mixUp = findMixUp(service, names, edits);
  if (mixUp !== null) return rejected(`Renaming ${name} to ${newName} would mix it up with another ${newName} in ${mixUp}.`);

  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { kind: 'edits', files, locations: places.length };
}

function programOf(service: ts.LanguageService): ts.Program {
  const program = service.getProgram();
  if (program === undefined) throw new Error('The language service has no program.');
  return program;
}

function belongsTo(folder: string, file: string): boolean {
  return file.startsWith(folder + sep) && !file.includes('/node_modules/');
}

function objectionToSymbol(service: ts.LanguageService, symbol: ts.Symbol, names: readonly DeclaredName[]): string | null {
  if (symbol.declarations?.some(ts.isShorthandPropertyAssignment)) {
    return `${symbol.name} is declared in short, as { ${symbol.name} }: write { ${symbol.name}: ${symbol.name} } first.`;
  }
  for (const { file, start } of names) {
    const info = service.getRenameInfo(file, start, {});
    if (!info.canRename) return info.localizedErrorMessage;
  }
  return null;
}

function importersOf(project: Project, files: Iterable<string>): string[] {
  const importers = [...files].flatMap((file) => project.getSourceFileOrThrow(file).getReferencingSourceFiles());
  return importers.map((importer) => importer.getFilePath());
}

/** An old error message in the words of the renamed program. */
function renameIn(message: string, oldName: string, newName: string): string {
  return message.replace(/[#$\p{ID_Continue}]+/gu, (word) => (word === oldName ? newName : word));
}

/**
 * Asks the compiler again after the rename: the same places must name the symbol, no more and no fewer.
 * Otherwise the new name has caught references meant for another, or lost some of its own, without any type error.
 * @returns the first file in which the two differ.
 */
function findMixUp(service: ts.LanguageService, names: readonly DeclaredName[], edits: ReadonlyMap<string, TextEdit[]>): string | null {
  const expected = new Set<string>();
  const renamed: DeclaredName[] = [];
  for (const [file, fileEdits] of edits) {
    const positions = newPositions(fileEdits);
    fileEdits.forEach((edit, index) => {
      const start = positions[index] ?? 0;
      expected.add(`${file}:${start}`);
      const declared = names.find((name) => name.file === file && name.start === edit.start);
      if (declared !== undefined) renamed.push({ ...declared, start });
    });
  }
  const actual = new Set(findPlaces(service, renamed).map((place) => `${place.fileName}:${place.textSpan.start}`));
  const [difference] = expected.symmetricDifference(actual);
  return difference?.replace(/:\d+$/, '') ?? null;
}
