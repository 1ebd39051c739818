/** One place where a declared rule is broken. */
import type { DeclaredRule, RulePattern } from '../declared-rules.ts';
import type { RuleGraph, RuleImport } from './rule-graph.ts';

export interface RuleBreak {
  rule: DeclaredRule;
  /** The file that breaks it. */
  from: string;
  /** The file, package or import that it should not reach; missing for a rule on the file alone. */
  to?: string;
  /** Counted from 1. */
  line?: number;
  /** The way there, in reading order. */
  witness: string[];
  /** What is wrong, as a sentence about `from`. */
  what: string;
  /** What to do instead, as a sentence. */
  instead: string;
  /** All files of a cycle: its identity, whatever import is shown for it. */
  members?: string[];
}

/** What a check of one rule has to work with. Paths are as the rule sees them: from its root. */
export interface RuleSight<Pattern extends RulePattern = RulePattern> {
  rule: DeclaredRule;
  pattern: Pattern;
  graph: RuleGraph;
  /** Imports in the rule's scope, by files below its root. */
  imports: readonly RuleImport[];
  /** The path of a file as the rule's patterns see it. */
  seen: (path: string) => string;
  /** Files in the rule's scope. */
  files: readonly number[];
}

export function breakAt({ rule, graph }: RuleSight, { from, target, line }: RuleImport, what: string, instead: string): RuleBreak {
  const path = graph.path(from);
  return { rule, from: path, to: target, line, witness: [path, target], what, instead };
}
