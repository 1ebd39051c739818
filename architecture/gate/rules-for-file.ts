/** Which of the rules that a repository states speak of a file that may not exist yet. */
import { posix } from 'node:path';
import type { StatedRule } from '#contracts';
import { fileTest, pathTest } from '../contract/check/path-tests.ts';
import { moduleFinder } from '../contract/check/rule-modules.ts';
import type { DeclaredRule, DeclaredRules } from '../contract/declared-rules.ts';
import { withinTime } from '../contract/within-time.ts';

/** A repository's own patterns may take for ever: all of them together, and, where they do, each by itself. */
const ALL_TIMEOUT_MS = 500;
const ONE_TIMEOUT_MS = 100;

/**
 * Those by which an edit of this file can be the break. What a published package may be entered by is told where it is broken, not here: it
 * speaks of every file. A rule whose patterns are broken or slow is named too: nobody can say that it does not matter.
 */
export function rulesForFile({ rules }: DeclaredRules, path: string): StatedRule[] {
  const concerned =
    withinTime(ALL_TIMEOUT_MS, () => rules.filter((rule) => maySpeakOf(rule, path)))?.result ??
    rules.filter((rule) => withinTime(ONE_TIMEOUT_MS, () => maySpeakOf(rule, path))?.result ?? true);
  return concerned.map(({ name, severity, reason = null, source }) => ({ name, severity, reason, source }));
}

function maySpeakOf(rule: DeclaredRule, path: string): boolean {
  try {
    return speaksOf(rule, path);
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function speaksOf({ root, scope, pattern }: DeclaredRule, path: string): boolean {
  if (root !== '.' && !path.startsWith(`${root}/`)) return false;
  const seen = root === '.' ? path : posix.relative(root, path);
  if (scope && !pathTest(scope)(seen)) return false;
  switch (pattern.kind) {
    case 'forbidden-import':
    case 'required-import':
    case 'cycle':
      return fileTest(pattern.from)(seen) !== undefined;
    case 'allowed-imports':
      return true;
    case 'reachability':
      return fileTest(pattern.from)(seen) !== undefined || (!pattern.forbidden && pathTest(pattern.to)(seen));
    case 'orphan':
      return fileTest(pattern.files)(seen) !== undefined;
    case 'dependents':
      return pathTest(pattern.by)(seen);
    case 'between-modules':
    case 'module-doors':
    case 'module-packages':
      return moduleFinder(pattern.modules)(seen) !== undefined;
    case 'package-entries':
      return false;
    case 'declared-packages':
      return pattern.folder === '.' || path.startsWith(`${pattern.folder}/`);
  }
}
