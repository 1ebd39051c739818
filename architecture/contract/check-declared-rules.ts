/** Finds where a tree breaks the rules that the repository states. */
import { posix } from 'node:path';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { cycles, dependents, orphans, reachability } from './check/graph-breaks.ts';
import { forbiddenImports, missingImports, unallowedImports } from './check/import-breaks.ts';
import { betweenModules, moduleDoors, modulePackages } from './check/module-breaks.ts';
import { declaredPackages, packageEntries } from './check/package-breaks.ts';
import { pathTest } from './check/path-tests.ts';
import type { RuleBreak, RuleSight } from './check/rule-break.ts';
import { type RuleGraph, ruleGraph } from './check/rule-graph.ts';
import type { DeclaredRule, DeclaredRules } from './declared-rules.ts';
import { withinTime } from './within-time.ts';

export interface RuleCheck {
  breaks: RuleBreak[];
  /** Rules whose patterns are no regular expressions, or take longer than a check may: they were not judged. */
  undecided: { rule: DeclaredRule; reason: string }[];
}

/** All rules together on a large tree take some 100 ms; one that is slow alone holds up the others once. */
const ALL_TIMEOUT_MS = 1_500;
const ONE_TIMEOUT_MS = 1_000;

/** Pure but for the clock, which bounds the time of a repository's own patterns. Breaks come in the order of the rules. */
export function checkDeclaredRules({ rules }: DeclaredRules, snapshot: ArchitectureSnapshot): RuleCheck {
  const graph = ruleGraph(snapshot);
  const quick = withinTime(ALL_TIMEOUT_MS, () => rules.map((rule) => checkRule(rule, graph)));
  const checks =
    quick?.result ??
    rules.map((rule) => {
      const done = withinTime(ONE_TIMEOUT_MS, () => checkRule(rule, graph));
      return done?.result ?? { rule, reason: `its patterns take longer than ${ONE_TIMEOUT_MS / 1000} s` };
    });
  const breaks = checks.flatMap((each) => (Array.isArray(each) ? each : []));
  return { breaks, undecided: checks.flatMap((each) => (Array.isArray(each) ? [] : [each])) };
}

function checkRule(rule: DeclaredRule, graph: RuleGraph): RuleBreak[] | { rule: DeclaredRule; reason: string } {
  try {
    return breaksOf(rule, graph);
  } catch (error) {
    if (error instanceof SyntaxError) return { rule, reason: error.message };
    throw error;
  }
}

function breaksOf(rule: DeclaredRule, graph: RuleGraph): RuleBreak[] {
  const { root, scope, pattern } = rule;
  const seen = root === '.' ? (path: string) => path : (path: string) => posix.relative(root, path);
  const inScope = scope && pathTest(scope);
  const isEverywhere = root === '.' && !inScope;
  const isJudged = isEverywhere
    ? []
    : graph.files.map((path) => (root === '.' || path.startsWith(`${root}/`)) && (!inScope || inScope(seen(path))));
  const sight: Omit<RuleSight, 'pattern'> = {
    rule,
    graph,
    seen,
    files: isEverywhere ? [...graph.files.keys()] : [...graph.files.keys()].filter((file) => isJudged[file]),
    imports: isEverywhere
      ? graph.imports
      : graph.imports.filter(({ from, to, target }) => isJudged[from] && (!inScope || inScope(to >= 0 ? seen(target) : target))),
  };
  switch (pattern.kind) {
    case 'forbidden-import':
      return forbiddenImports({ ...sight, pattern });
    case 'allowed-imports':
      return unallowedImports({ ...sight, pattern });
    case 'required-import':
      return missingImports({ ...sight, pattern });
    case 'reachability':
      return reachability({ ...sight, pattern });
    case 'orphan':
      return orphans({ ...sight, pattern });
    case 'dependents':
      return dependents({ ...sight, pattern });
    case 'cycle':
      return cycles({ ...sight, pattern });
    case 'between-modules':
      return betweenModules({ ...sight, pattern });
    case 'module-doors':
      return moduleDoors({ ...sight, pattern });
    case 'module-packages':
      return modulePackages({ ...sight, pattern });
    case 'package-entries':
      return packageEntries({ ...sight, pattern });
    case 'declared-packages':
      return declaredPackages({ ...sight, pattern });
  }
}
