/** Finds imports of production files that the manifests of a workspace do not provide for: nobody wrote those as rules for tests and tools. */
import type { RulePattern } from '../declared-rules.ts';
import { breakAt, type RuleBreak, type RuleSight } from './rule-break.ts';

type Of<Kind extends RulePattern['kind']> = RuleSight<Extract<RulePattern, { kind: Kind }>>;

export function packageEntries(sight: Of<'package-entries'>): RuleBreak[] {
  const { pattern, graph } = sight;
  const { name, folder } = pattern;
  const entries = pattern.entries.map((source) => new RegExp(source));
  return (graph.productionImports.get(name) ?? []).flatMap((each): RuleBreak[] => {
    if (graph.packageOf(each.from) === folder) return [];
    const entry = `.${each.specifier.slice(name.length)}`;
    if (entries.some((pattern) => pattern.test(entry))) return [];
    const what = `${graph.path(each.from)} imports '${each.specifier}', which ${name} does not publish`;
    return [
      breakAt(
        sight,
        each,
        what,
        `Import '${name}' and let its door export what is missing, or publish it in "exports" of ${folder}/package.json.`,
      ),
    ];
  });
}

export function declaredPackages(sight: Of<'declared-packages'>): RuleBreak[] {
  const { pattern, graph } = sight;
  const declared = new Set(pattern.declared);
  return pattern.workspace.flatMap((name) => {
    if (declared.has(name)) return [];
    const own = (graph.productionImports.get(name) ?? []).filter(({ from }) => graph.packageOf(from) === pattern.folder);
    return own.map((each) => {
      const what = `${graph.path(each.from)} imports ${name}, which its package does not declare`;
      return breakAt(sight, each, what, `Declare ${name} in ${pattern.folder}/package.json if it may depend on it, otherwise do without.`);
    });
  });
}
