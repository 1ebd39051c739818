/** Finds imports that a rule forbids, does not allow, or misses. */
import { posix } from 'node:path';
import { IMPORT_KIND } from '../../facts/file-facts.ts';
import type { FileTest, ImportTest, RulePattern } from '../declared-rules.ts';
import { fileTest, type Groups, pathTest, specifierTest } from './path-tests.ts';
import { breakAt, type RuleBreak, type RuleSight } from './rule-break.ts';
import { isMeant, type RuleGraph, type RuleImport } from './rule-graph.ts';

type Of<Kind extends RulePattern['kind']> = RuleSight<Extract<RulePattern, { kind: Kind }>>;

export function forbiddenImports(sight: Of<'forbidden-import'>): RuleBreak[] {
  const { pattern, imports, graph, rule } = sight;
  const matches = pairTest(sight, pattern);
  const instead = rule.reason
    ? 'Do without this import, as the reason says.'
    : `Do without this import, or have ${rule.source} changed by those who own it.`;
  return imports.filter(matches).map((each) => breakAt(sight, each, `${graph.path(each.from)} imports ${nameOf(each)}`, instead));
}

export function unallowedImports(sight: Of<'allowed-imports'>): RuleBreak[] {
  const { pattern, imports, graph } = sight;
  const tests = pattern.allowed.map((pair) => pairTest(sight, pair));
  const meant = pattern.allowed[0]?.to.imports ?? 'any';
  return imports
    .filter((each) => isMeant(each, meant) && !tests.some((test) => test(each)))
    .map((each) =>
      breakAt(
        sight,
        each,
        `${graph.path(each.from)} imports ${nameOf(each)}, which no rule allows`,
        'Use what the list of allowed imports names.',
      ),
    );
}

export function missingImports(sight: Of<'required-import'>): RuleBreak[] {
  const { rule, pattern, files, graph, seen } = sight;
  const from = fileTest(pattern.from);
  const to = importTest(sight, pattern.to);
  return files.flatMap((file): RuleBreak[] => {
    const path = graph.path(file);
    const groups = from(seen(path));
    if (!groups || graph.outgoing[file]?.some((each) => to(each, groups))) return [];
    const wanted = pattern.to.path?.any?.join(' or ') ?? 'what the rule asks for';
    return [{ rule, from: path, witness: [path], what: `${path} does not import ${wanted}`, instead: `Import it: every such file must.` }];
  });
}

/** How an import is named to a reader. */
export function nameOf({ to, target, specifier }: RuleImport): string {
  return to >= 0 ? target : `'${specifier}'`;
}

function pairTest(sight: RuleSight, { from, to }: { from: FileTest; to: ImportTest }): (each: RuleImport) => boolean {
  const [fromTest, toTest] = [fileTest(from), importTest(sight, to)];
  return (each) => {
    const groups = fromTest(sight.seen(sight.graph.path(each.from)));
    return groups !== undefined && toTest(each, groups);
  };
}

function importTest({ graph, seen }: RuleSight, test: ImportTest): (each: RuleImport, groups: Groups) => boolean {
  const path = test.path && pathTest(test.path);
  const specifier = test.specifier && specifierTest(test.specifier);
  return (each, groups) =>
    isMeant(each, test.imports) &&
    (!specifier || specifier(each.specifier)) &&
    (!path || path(namesOf(each, seen), groups)) &&
    (test.couldNotResolve === undefined || test.couldNotResolve !== each.resolved) &&
    (test.dynamic === undefined || test.dynamic === ((each.kinds & IMPORT_KIND.DYNAMIC) !== 0)) &&
    (test.ancestor === undefined || test.ancestor === isAncestor(graph, each)) &&
    (test.moreUnstable === undefined || test.moreUnstable === isMoreUnstable(graph, each)) &&
    (!test.dependencyTypes || test.dependencyTypes.some((type) => graph.dependencyTypes(each).includes(type))) &&
    !test.dependencyTypesNot?.some((type) => graph.dependencyTypes(each).includes(type));
}

/** Tools see a package by its folder in node_modules where it is installed, and by its name where it is not. */
function namesOf({ to, target, specifier, name }: RuleImport, seen: (path: string) => string): string[] {
  if (to >= 0) return [seen(target)];
  return target === specifier ? [specifier] : [target, `node_modules/${name}/`, specifier];
}

function isAncestor(graph: RuleGraph, { from, to, target }: RuleImport): boolean {
  if (to < 0) return false;
  const [own, other] = [posix.dirname(graph.path(from)), posix.dirname(target)];
  return own !== other && (other === '.' || own.startsWith(`${other}/`));
}

function isMoreUnstable(graph: RuleGraph, { from, to }: RuleImport): boolean {
  return to >= 0 && graph.instability(from) < graph.instability(to);
}
