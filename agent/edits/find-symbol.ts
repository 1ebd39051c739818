/** Finds the symbol that `Name` or `Class.member` means in a file. */
import { ts } from 'ts-morph';

export interface FoundSymbol {
  kind: 'found';
  symbol: ts.Symbol;
  /** The class, interface, enum, namespace or object whose member it is; null for a symbol that stands by itself. */
  container: ts.Symbol | null;
}

type Search = FoundSymbol | { kind: 'rejected'; reason: string };

export function findSymbol(checker: ts.TypeChecker, source: ts.SourceFile, path: string, name: string): Search {
  const [outer = '', member, ...deeper] = name.split('.');
  if (deeper.length > 0) return { kind: 'rejected', reason: `"${name}" has too many parts: give Name or Class.member.` };
  const found = findDeclared(checker, source, path, outer);
  if (found.kind === 'rejected' || member === undefined) return found;

  const symbol = findMember(checker, found.symbol, member);
  if (symbol === null) return { kind: 'rejected', reason: `${outer} in ${path} has no member "${member}".` };
  const home = symbol.declarations?.[0]?.getSourceFile();
  if (!symbol.declarations?.some((declaration) => declaration.getSourceFile() === source)) {
    return { kind: 'rejected', reason: `${name} is inherited from ${home?.fileName ?? 'elsewhere'}: rename it there.` };
  }
  return { kind: 'found', symbol, container: found.symbol };
}

/** The member of a class (static ones too), interface, enum, namespace, type or object; null when it has none of this name. */
export function findMember(checker: ts.TypeChecker, container: ts.Symbol, name: string): ts.Symbol | null {
  const key = ts.escapeLeadingUnderscores(name);
  const listed = container.members?.get(key) ?? container.exports?.get(key) ?? privateMember(checker, container, name);
  if (listed !== undefined) return listed;
  const { valueDeclaration } = container;
  const type =
    valueDeclaration === undefined
      ? checker.getDeclaredTypeOfSymbol(container)
      : checker.getTypeOfSymbolAtLocation(container, valueDeclaration);
  return type.getProperty(name) ?? null;
}

/** The compiler keeps `#name` under a mangled key. */
function privateMember(checker: ts.TypeChecker, container: ts.Symbol, name: string): ts.Symbol | undefined {
  const members = (container.declarations ?? []).filter(ts.isClassLike).flatMap((declaration) => [...declaration.members]);
  const declared = members.find((member) => member.name && ts.isPrivateIdentifier(member.name) && member.name.text === name);
  return declared?.name && checker.getSymbolAtLocation(declared.name);
}

/** A declaration at the top of the module wins over those inside functions; of the latter there must be only one. */
function findDeclared(checker: ts.TypeChecker, source: ts.SourceFile, path: string, name: string): Search {
  const top = new Set<ts.Symbol>();
  const nested = new Set<ts.Symbol>();
  const visit = (node: ts.Node, isTop: boolean): void => {
    if (declaresName(node, name)) {
      const symbol = checker.getSymbolAtLocation(node.name);
      if (symbol !== undefined) (isTop ? top : nested).add(symbol);
    }
    const opensScope = ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isBlock(node) || ts.isModuleBlock(node) || ts.isTypeNode(node);
    ts.forEachChild(node, (child) => visit(child, isTop && !opensScope));
  };
  visit(source, true);

  const [symbol, ...others] = top.size > 0 ? top : nested;
  if (symbol === undefined) return { kind: 'rejected', reason: `${path} declares no "${name}".${importHint(checker, source, name)}` };
  if (others.length > 0) {
    const lines = [symbol, ...others].flatMap((each) => each.declarations ?? []).map((declaration) => lineOf(declaration));
    return {
      kind: 'rejected',
      reason: `${path} declares "${name}" several times, on lines ${lines.join(', ')}: only a unique one can be renamed.`,
    };
  }
  return { kind: 'found', symbol, container: null };
}

function declaresName(node: ts.Node, name: string): node is ts.Declaration & { name: ts.Identifier } {
  const declares =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node);
  return declares && node.name !== undefined && ts.isIdentifier(node.name) && node.name.text === name;
}

function importHint(checker: ts.TypeChecker, source: ts.SourceFile, name: string): string {
  const imported = checker.getSymbolsInScope(source, ts.SymbolFlags.Alias).find((symbol) => symbol.name === name);
  if (imported === undefined || (imported.flags & ts.SymbolFlags.Alias) === 0) return '';
  const home = checker.getAliasedSymbol(imported).declarations?.[0]?.getSourceFile().fileName;
  return home === undefined ? '' : ` It is imported there; give the file that declares it: ${home}`;
}

/** The line a node begins on, from 1. */
export function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}
