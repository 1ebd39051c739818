/** The surface against the compiler's own answer, on TypeScript sources that ship inside npm packages. */
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { type CodeBase, copyCodeBase } from './oracles/code-bases.ts';
import { open } from './trees.ts';

/** How a package's imports of itself are found, which the compiler looks for in what was built. */
function programOf(folder: string, name: string, files: readonly string[]): ts.Program {
  return ts.createProgram(
    files.map((path) => join(folder, path)),
    {
      noLib: true,
      types: [],
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      noEmit: true,
      paths: { [name]: [`${folder}/src/index.ts`], [`${name}/*`]: [`${folder}/src/*`] },
    },
  );
}

/** `kind name` of all a module exports. */
function compilerNames(program: ts.Program, path: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const symbol = source && checker.getSymbolAtLocation(source);
  if (!symbol) return [];
  return checker.getExportsOfModule(symbol).map((each) => {
    const meant = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    const isModule = meant.declarations?.some(ts.isSourceFile) ?? false;
    const isTypeOnly = each.declarations?.some((declaration) => ts.isTypeOnlyExportDeclaration(declaration)) ?? false;
    const isValue = meant.flags & ts.SymbolFlags.Value && !isTypeOnly;
    return `${isModule && !isDefaultOfImport(each) ? 'namespace' : isValue ? 'value' : 'type'} ${each.name}`;
  });
}

/** `export default z` of an import is a binding of its own in ECMAScript, and an alias to the compiler. */
function isDefaultOfImport(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some(ts.isExportAssignment) ?? false;
}

/** Modules and names are counted so that none of it passes by reading nothing. */
test.each<[CodeBase, { modules: number; names: number }]>([
  ['zod', { modules: 83, names: 3705 }],
  ['openai', { modules: 453, names: 6773 }],
  ['rxjs', { modules: 251, names: 966 }],
  ['effect', { modules: 423, names: 8737 }],
  ['@reduxjs/toolkit', { modules: 4, names: 512 }],
  ['@trpc/server', { modules: 15, names: 452 }],
])('%s', async (name, size) => {
  const folder = await copyCodeBase(name);
  const { modules } = (await open(folder)).surface;
  const program = programOf(
    folder,
    name,
    modules.map(({ path }) => path),
  );
  let names = 0;
  for (const module of modules) {
    // What a package that is not there exports whole is known to neither.
    const ours = module.names.map(([each, kind]) => `${kind} ${each}`).filter((each) => !each.includes('* from '));
    names += ours.length;
    expect(module.complete, module.path).toBe(true);
    expect(ours.sort(), module.path).toEqual(compilerNames(program, join(folder, module.path)).sort());
  }
  expect({ modules: modules.length, names }).toEqual(size);
});
