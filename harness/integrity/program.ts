/** Which files of a change its tests load as the program, whatever folder they lie in. */
import { dirname, join } from 'node:path/posix';
import type { ReadChange, ReadFile } from './read-change.ts';
import { chainOf, child, children, literalOf, type Syntax } from './syntax.ts';

const NAMED_FOR_TESTS = /(test|spec|mock|stub|fake|fixture|vitest|jest|mocha|ava|tape|setup|harness)/i;
const CHORES = /(^|\/)(scripts?|tools?|build|ci|tasks)\//;

/**
 * Human tests load what was there before or what the human change has too; these files, and whatever of the change they import.
 * @returns paths.
 */
export function programOf({ files, reference }: ReadChange): ReadonlySet<string> {
  const human = new Set(reference?.files.filter(({ kind }) => kind === 'source').map(({ path }) => path));
  const isRoot = ({ path, kind, before }: ReadFile) =>
    human.has(path) || (before !== null && (kind === 'source' || (kind === 'entry' && !CHORES.test(path))) && !NAMED_FOR_TESTS.test(path));
  const byName = new Map(files.flatMap((file) => namesOf(file.path).map((name) => [name, file] as const)));
  const program = new Set<string>();
  const waiting = files.filter(isRoot);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (program.has(file.path) || file.kind === 'test') continue;
    program.add(file.path);
    for (const node of file.source.after?.nodes ?? []) {
      const specifier = loadedModule(node);
      const loaded = specifier?.startsWith('.') ? byName.get(stem(join(dirname(file.path), specifier))) : undefined;
      if (loaded !== undefined) waiting.push(loaded);
    }
  }
  return program;
}

/** The module that a node loads; undefined for types, which are gone when the program runs. */
export function loadedModule(node: Syntax): string | undefined {
  if (/^(ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration)$/.test(node.type)) {
    const named = children(node, 'specifiers');
    const isOfTypes = named.length > 0 && named.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type');
    return node.importKind === 'type' || node.exportKind === 'type' || isOfTypes ? undefined : literalOf(child(node, 'source'));
  }
  if (node.type === 'ImportExpression') return literalOf(child(node, 'source'));
  if (node.type !== 'CallExpression') return undefined;
  const callee = chainOf(child(node, 'callee')).join('.');
  return /^(require|createRequire|process\.getBuiltinModule)$/.test(callee) ? literalOf(children(node, 'arguments')[0]) : undefined;
}

/** What an import may call it. */
function namesOf(path: string): string[] {
  const name = stem(path);
  return name.endsWith('/index') ? [name, dirname(name)] : [name];
}

function stem(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '');
}
