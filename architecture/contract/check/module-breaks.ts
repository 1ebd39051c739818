/** Finds imports that a rule on modules forbids: between their kinds, past their doors, of packages. */
import { posix } from 'node:path';
import type { RulePattern } from '../declared-rules.ts';
import { nameOf } from './import-breaks.ts';
import { pathTest } from './path-tests.ts';
import { breakAt, type RuleBreak, type RuleSight } from './rule-break.ts';
import { isMeant, type RuleImport } from './rule-graph.ts';
import { moduleFinder, passes, type RuleModule } from './rule-modules.ts';

type Of<Kind extends RulePattern['kind']> = RuleSight<Extract<RulePattern, { kind: Kind }>>;

export function betweenModules(sight: Of<'between-modules'>): RuleBreak[] {
  const { pattern } = sight;
  return crossings(sight).flatMap(({ each, from, to }) => {
    const step = pattern.steps.findLast((candidate) => passes(candidate.from, from) && passes(candidate.to, to, from));
    if (step?.allow ?? pattern.otherwise === 'allow') return [];
    const what = `${describe(from)} may not import ${describe(to)}`;
    const allowed = pattern.steps.flatMap(({ from: source, to: target, allow }) => (allow && passes(source, from) ? wordsOf(target) : []));
    const only = step && !step.allow && passes(step.from, from) ? (step.to.none ?? []) : [];
    const open = [...new Set([...allowed, ...only])];
    const instead =
      open.length > 0 ? `Use what is tagged ${open.join(' or ')}, or pass it in from above.` : 'Pass in from above what it needs.';
    return [breakAt(sight, each, `${sight.graph.path(each.from)} imports ${each.target}: ${what}`, instead)];
  });
}

export function moduleDoors(sight: Of<'module-doors'>): RuleBreak[] {
  const { pattern, graph, rule } = sight;
  const doors = pattern.doors.map((door) => ({
    ...door,
    open: door.open.map((source) => new RegExp(source)),
    otherwise: door.otherwise?.map((source) => new RegExp(source)),
  }));
  const absolute = (folder: string) => (rule.root === '.' ? folder : posix.join(rule.root, folder));
  return crossings(sight).flatMap(({ each, to }) => {
    const door = doors.findLast((candidate) => passes(candidate.of, to));
    if (!door) return [];
    const folder = absolute(to.folder);
    const entry = door.open.map((open) => graph.fileIn(folder, open)).find((file) => file !== undefined);
    const open = entry === undefined && door.otherwise ? door.otherwise : door.open;
    const inside = posix.relative(folder, each.target);
    if (open.some((pattern) => pattern.test(inside))) return [];
    const instead = entry ? `Import ${entry}, and let it export what is missing.` : `Give ${folder} a door, and import that.`;
    return [breakAt(sight, each, `${graph.path(each.from)} imports ${each.target}, the inside of ${folder}`, instead)];
  });
}

export function modulePackages(sight: Of<'module-packages'>): RuleBreak[] {
  const { pattern, graph, imports, seen } = sight;
  const find = moduleFinder(pattern.modules);
  const allowed = pathTest(pattern.packages);
  return imports.flatMap((each): RuleBreak[] => {
    if (each.to >= 0 || /^[./#]/.test(each.specifier) || !isMeant(each, pattern.imports)) return [];
    const from = find(seen(graph.path(each.from)));
    if (!from || !passes(pattern.of, from) || allowed(each.specifier)) return [];
    const what = `${graph.path(each.from)} imports ${nameOf(each)}, which ${describe(from)} may not use`;
    return [breakAt(sight, each, what, 'Use the module that owns this package, or do without.')];
  });
}

/** Imports from a file of one module to a file of another. */
function crossings(sight: Of<'between-modules' | 'module-doors'>): { each: RuleImport; from: RuleModule; to: RuleModule }[] {
  const { pattern, imports, graph, seen } = sight;
  const find = moduleFinder(pattern.modules);
  return imports.flatMap((each) => {
    if (each.to < 0 || !isMeant(each, pattern.imports)) return [];
    const [from, to] = [find(seen(graph.path(each.from))), find(seen(each.target))];
    return from && to && from.folder !== to.folder ? [{ each, from, to }] : [];
  });
}

function describe({ folder, tags }: RuleModule): string {
  return `${folder || 'the root'}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`;
}

function wordsOf({
  all = [],
  any = [],
  same,
}: {
  all?: string[] | undefined;
  any?: string[] | undefined;
  same?: string | undefined;
}): string[] {
  return [...all, ...any, ...(same === undefined ? [] : ['with the same tag'])];
}
