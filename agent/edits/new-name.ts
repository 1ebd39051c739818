/** Says why a name cannot be given to a symbol. */
import { ts } from 'ts-morph';
import { type FoundSymbol, findMember, lineOf } from './find-symbol.ts';

/** Null when nothing at the declaration speaks against the name. Other places are judged by what the rename does to them. */
export function objectionToName(checker: ts.TypeChecker, { symbol, container }: FoundSymbol, newName: string): string | null {
  if (newName === symbol.name) return `It is already named ${newName}.`;
  const isPrivate = symbol.declarations?.some((declaration) => {
    const name = ts.getNameOfDeclaration(declaration);
    return name !== undefined && ts.isPrivateIdentifier(name);
  });
  if (!isIdentifier(isPrivate ? newName.replace(/^#/, '') : newName) || (isPrivate && !newName.startsWith('#'))) {
    return `"${newName}" is not a valid ${isPrivate ? 'private name (it begins with #)' : 'identifier'}.`;
  }
  if (container === null && isReserved(newName)) return `"${newName}" is a reserved word.`;
  const taken = container === null ? visibleAt(checker, symbol, newName) : findMember(checker, container, newName);
  if (taken === null) return null;
  const place = taken.declarations?.[0];
  return `${newName} already exists${place === undefined ? '' : ` on line ${lineOf(place)} of ${place.getSourceFile().fileName}`}.`;
}

function isIdentifier(text: string): boolean {
  const [first, ...rest] = text;
  return (
    first !== undefined &&
    ts.isIdentifierStart(first.codePointAt(0) ?? 0, ts.ScriptTarget.Latest) &&
    rest.every((character) => ts.isIdentifierPart(character.codePointAt(0) ?? 0, ts.ScriptTarget.Latest))
  );
}

function isReserved(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const kind = scanner.scan();
  return kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord;
}

/** What the name means where the symbol is declared, as far as the same file says so: hiding a global is allowed, as it is to people. */
function visibleAt(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): ts.Symbol | null {
  const meanings = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
  for (const declaration of symbol.declarations ?? []) {
    const visible = checker
      .getSymbolsInScope(declaration, meanings)
      .find((other) => other.name === name && other.declarations?.some((each) => each.getSourceFile() === declaration.getSourceFile()));
    if (visible !== undefined) return visible;
  }
  return null;
}
