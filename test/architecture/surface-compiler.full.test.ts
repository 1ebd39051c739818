/** The surface against the compiler's own answer, on TypeScript sources that ship inside npm packages. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { open, treeOf } from './trees.ts';

const INSTALLED = join(import.meta.dirname, '../../node_modules');

/** `kind name` of all a module exports, by the compiler. `export default z` of an import is a binding of its own in ECMAScript, and an alias to the compiler. */
function compilerNames(program: ts.Program, path: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const symbol = source && checker.getSymbolAtLocation(source);
  if (!symbol) return [];
  return checker.getExportsOfModule(symbol).map((each) => {
    const meant = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    const isModule = meant.declarations?.some(ts.isSourceFile) ?? false;
    const isTypeOnly = each.declarations?.some((declaration) => ts.isTypeOnlyExportDeclaration(declaration)) ?? false;
    const kind = isModule && !isDefaultOfImport(each) ? 'namespace' : meant.flags & ts.SymbolFlags.Value && !isTypeOnly ? 'value' : 'type';
    return `${kind} ${each.name}`;
  });
}

function isDefaultOfImport(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some(ts.isExportAssignment) ?? false;
}

test.each(['zod', 'tsconfig-paths', '@secretlint/core', '@secretlint/types', 'pg-protocol', '@jridgewell/trace-mapping'])(
  '%s',
  async (name) => {
    // The sources alone, as their repository has them: what they are built into lies beside them here.
    const folder = await treeOf();
    for (const part of ['package.json', 'src']) await cp(join(INSTALLED, name, part), join(folder, part), { recursive: true });
    const { surface } = await open(folder);
    const { modules } = surface;
    const program = ts.createProgram(
      modules.map(({ path }) => join(folder, path)),
      {
        noLib: true,
        types: [],
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        allowImportingTsExtensions: true,
        noEmit: true,
      },
    );
    expect(modules.length).toBeGreaterThan(0);
    for (const { path, complete, names } of modules) {
      expect(complete).toBe(true);
      expect(names.map(([each, kind]) => `${kind} ${each}`).sort(), path).toEqual(compilerNames(program, join(folder, path)).sort());
    }
  },
);
