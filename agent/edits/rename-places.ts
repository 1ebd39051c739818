/** Asks the compiler where a symbol is named, and says what must stand there afterwards. */
import { ts } from 'ts-morph';
import type { TextEdit } from './text-edits.ts';

/** One declaration of the symbol to rename. */
export interface DeclaredName {
  file: string;
  start: number;
  /** Whether its name may be shared with something that keeps it: a property `size` with a variable `size`, as in `{ size }`. */
  isProperty: boolean;
}

/** Names of all declarations: an interface may have several, and a constant and a type may share one symbol. */
export function declaredNames(symbol: ts.Symbol): DeclaredName[] {
  const property = ts.SymbolFlags.Property | ts.SymbolFlags.Accessor | ts.SymbolFlags.Method | ts.SymbolFlags.EnumMember;
  return (symbol.declarations ?? [])
    .map(ts.getNameOfDeclaration)
    .filter((name) => name !== undefined)
    .map((name) => ({
      file: name.getSourceFile().fileName,
      start: name.getStart(),
      isProperty: (symbol.flags & property) !== 0 || ts.isBindingElement(name.parent),
    }));
}

/**
 * Every place that names the symbol. Asked for prefix and suffix texts, the compiler parts `{ size }` into `{ extent: size }` itself,
 * but stops at the first re-export, which keeps the old name (`export { extent as size }`). Without them it goes through to the last
 * importer, but drags along whatever `{ size }` connects. So properties are asked for with them, and names that modules export without.
 */
export function findPlaces(service: ts.LanguageService, names: readonly DeclaredName[]): ts.RenameLocation[] {
  const places = new Map<string, ts.RenameLocation>();
  for (const { file, start, isProperty } of names) {
    const preferences = { providePrefixAndSuffixTextForRename: isProperty };
    for (const place of service.findRenameLocations(file, start, false, false, preferences) ?? []) {
      places.set(`${place.fileName}:${place.textSpan.start}`, place);
    }
  }
  return [...places.values()];
}

/** Of `{ size }`, where a variable is renamed, only the variable may change: `{ size: extent }`. */
export function editOf(program: ts.Program, place: ts.RenameLocation, newName: string): TextEdit {
  const { start, length } = place.textSpan;
  const source = program.getSourceFile(place.fileName);
  const isShorthand =
    source !== undefined && place.prefixText === undefined && place.suffixText === undefined && isShorthandAt(source, start);
  const prefix = isShorthand ? `${source.text.slice(start, start + length)}: ` : (place.prefixText ?? '');
  return { file: place.fileName, start, length, text: prefix + newName + (place.suffixText ?? ''), nameAt: prefix.length };
}

function isShorthandAt(source: ts.SourceFile, position: number): boolean {
  const descend = (node: ts.Node): boolean => {
    const inner = ts.forEachChild(node, (child) => (child.getStart(source) <= position && position < child.end ? child : undefined));
    if (inner === undefined) return false;
    return (ts.isShorthandPropertyAssignment(inner) && inner.name.getStart(source) === position) || descend(inner);
  };
  return descend(source);
}
