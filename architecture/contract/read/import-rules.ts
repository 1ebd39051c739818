/** Understands the rules on imports that ESLint, oxlint and Biome share. */
import { posix } from 'node:path';
import type { DeclaredRule, FileTest, ImportTest, RulePattern } from '../declared-rules.ts';
import { addBoundaries } from './boundaries.ts';
import { folderToRegex, globToRegex } from './globs.ts';
import type { LintRule } from './lint-layers.ts';
import { addNxConstraints } from './nx.ts';
import { keysInUse, listOf, objectOf, type Plain, textOf, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const RESTRICTED = /^((@typescript-eslint|typescript|eslint)\/)?no-restricted-(imports|modules)$/;
const PATHS = /^(import|import-x|i)\/no-restricted-paths$/;
const CYCLE = /^(import|import-x|i|oxc)\/no-cycle$/;
const NX = /^@(nx|nrwl\/nx)\/enforce-module-boundaries$/;
const BOUNDARIES = /^boundaries\//;
/** Rules on imports too, whose meaning is not known here. */
const OTHERS =
  /^((import|import-x|i)\/(no-internal-modules|no-relative-packages|no-relative-parent-imports|no-extraneous-dependencies|no-nodejs-modules)|(n|node)\/no-restricted-(import|require)|@softarc\/sheriff\/.*|project-structure\/.*|fsd-import\/.*|biome\/noPrivateImports)$/;

/** Whether a linter's rule says which imports there may be. */
export function isImportRule(name: string): boolean {
  return [RESTRICTED, PATHS, CYCLE, NX, BOUNDARIES, OTHERS].some((each) => each.test(name));
}

export async function addImportRules(files: RuleFiles, rules: readonly LintRule[]): Promise<void> {
  for (const rule of rules) {
    if (RESTRICTED.test(rule.name)) addRestrictedImports(files, rule);
    else if (PATHS.test(rule.name)) addRestrictedPaths(files, rule);
    else if (CYCLE.test(rule.name)) addNoCycle(files, rule);
    else if (NX.test(rule.name)) await addNxConstraints(files, rule);
    else if (BOUNDARIES.test(rule.name)) addBoundaries(files, rule);
    else files.unread({ path: rule.source, tool: rule.tool, reason: `${rule.name} is not supported` });
  }
}

/** Source: ESLint, rule `no-restricted-imports`; typescript-eslint adds `allowTypeImports`. */
function addRestrictedImports(files: RuleFiles, rule: LintRule): void {
  const [first] = rule.options;
  const grouped = objectOf(first);
  const isGrouped = 'paths' in grouped || 'patterns' in grouped;
  const paths = isGrouped ? listOf(grouped.paths) : rule.options;
  const patterns = isGrouped ? listOf(grouped.patterns) : [];
  const imports = rule.name.endsWith('modules') ? 'value' : 'any';

  for (const each of paths) {
    const restriction = typeof each === 'string' ? { name: each } : objectOf(each);
    const name = textOf(restriction.name);
    if (name !== undefined) addRestriction(files, rule, name, restriction, { exact: [name] }, imports);
  }
  const lines = patterns.filter((each) => typeof each === 'string');
  if (lines.length > 0) addRestriction(files, rule, lines.join(' '), {}, { group: lines }, imports);
  for (const each of patterns) {
    if (typeof each === 'string') continue;
    const restriction = objectOf(each);
    const [group, regex] = [textsOf(restriction.group), textOf(restriction.regex)];
    const caseSensitive = restriction.caseSensitive === true ? { caseSensitive: true } : {};
    if (regex !== undefined) addRestriction(files, rule, `/${regex}/`, restriction, { regex, ...caseSensitive }, imports);
    else if (group.length > 0) addRestriction(files, rule, group.join(' '), restriction, { group, ...caseSensitive }, imports);
  }
}

const BY_NAME = ['importNames', 'allowImportNames', 'importNamePattern', 'allowImportNamePattern', 'invertImportNamePattern'];

function addRestriction(
  files: RuleFiles,
  rule: LintRule,
  what: string,
  restriction: Plain,
  specifier: NonNullable<ImportTest['specifier']>,
  imports: ImportTest['imports'],
): void {
  const byName = keysInUse(restriction).find((key) => BY_NAME.includes(key));
  if (byName !== undefined) {
    files.unread({ path: rule.source, tool: rule.tool, reason: `${rule.name} of ${what}: \`${byName}\` is not supported` });
    return;
  }
  const meant = restriction.allowTypeImports === true ? 'value' : imports;
  const pattern: RulePattern = { kind: 'forbidden-import', from: rule.files, to: { imports: meant, specifier } };
  files.add(ruleOf(rule, `${rule.name}: ${what}`, textOf(restriction.message), pattern));
}

/** Source: eslint-plugin-import, rule `no-restricted-paths`: no file of `target` may import from `from`, unless from one of `except`. */
function addRestrictedPaths(files: RuleFiles, rule: LintRule): void {
  const options = objectOf(rule.options[0]);
  const base = posix.join(posix.dirname(rule.source), textOf(options.basePath) ?? '.');
  for (const each of listOf(options.zones)) {
    const zone = objectOf(each);
    const [target, from, except] = [textsOf(zone.target), textsOf(zone.from), textsOf(zone.except)];
    if (target.length === 0 || from.length === 0) continue;
    const isGlob = (path: string) => /[*?{}[\]!]/.test(path);
    const place = (path: string) => (isGlob(path) ? globToRegex(path, { folder: base }) : folderToRegex(posix.join(base, path)));
    const allowed = except.flatMap((path) =>
      isGlob(path) ? [globToRegex(path, { folder: base })] : from.map((each) => folderToRegex(posix.join(base, each, path))),
    );
    const pattern: RulePattern = {
      kind: 'forbidden-import',
      from: both(rule.files, target.map(place)),
      to: { imports: 'any', path: { any: from.map(place), ...(allowed.length > 0 ? { none: allowed } : {}) } },
    };
    files.add(ruleOf(rule, `${rule.name}: ${target.join(', ')} from ${from.join(', ')}`, textOf(zone.message), pattern));
  }
}

/** Files of the rule that lie in the zone as well. */
function both(files: FileTest, zone: string[]): FileTest {
  if (!files.any) return { ...files, any: zone };
  return { ...files, any: zone, unless: [...(files.unless ?? []), { none: files.any }] };
}

/** Source: eslint-plugin-import, rule `no-cycle`; imports of types are left out there, and in oxlint and Biome unless `ignoreTypes` is false. */
function addNoCycle(files: RuleFiles, rule: LintRule): void {
  const { maxDepth, ignoreTypes } = objectOf(rule.options[0]);
  const maxLength = typeof maxDepth === 'number' && maxDepth >= 1 ? { maxLength: maxDepth + 1 } : {};
  files.add(
    ruleOf(rule, rule.name, undefined, { kind: 'cycle', from: rule.files, imports: ignoreTypes === false ? 'any' : 'value', ...maxLength }),
  );
}

/** A linter's rule as one of the house's. */
function ruleOf(rule: LintRule, name: string, reason: string | undefined, pattern: RulePattern): Omit<DeclaredRule, 'root'> {
  return { name, tool: rule.tool, source: rule.source, severity: rule.severity, ...(reason ? { reason } : {}), pattern };
}
