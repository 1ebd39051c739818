/** Reads sheriff.config.ts: modules with tags, and which tags may depend on which. */
import { posix } from 'node:path';
import type { ModulePattern, RulePattern, TagTest } from '../declared-rules.ts';
import { NotLiteral, notInLiterals } from '../literals.ts';
import { escapeRegex } from './globs.ts';
import { listOf, objectOf, type Plain, textOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const TOOL = 'sheriff';

/** Source of the meaning: Sheriff, docs on dependency rules and module boundaries. Its rules count as errors, as its own command has it. */
export async function readSheriff(files: RuleFiles): Promise<void> {
  for (const path of files.named(/^sheriff\.config\.ts$/)) {
    const value = await files.load(path, TOOL, ['config', 'sheriffConfig']);
    if (value === undefined) continue;
    if (value instanceof NotLiteral) files.unread({ path, tool: TOOL, reason: notInLiterals(value) });
    else addRules(files, path, objectOf(value));
  }
}

function addRules(files: RuleFiles, path: string, config: Plain): void {
  const unread = (reason: string) => files.unread({ path, tool: TOOL, reason });
  const root = posix.dirname(path);
  const modules = modulesOf(objectOf(config.modules ?? config.tagging), '', [], unread);
  // Whatever no module claims belongs to the root.
  if (config.excludeRoot !== true) modules.push({ pattern: '^', tags: ['root'] });
  const add = (name: string, pattern: RulePattern) => files.add({ name, tool: TOOL, source: path, severity: 'gate', root, pattern });

  const rules = Object.entries(objectOf(config.depRules));
  for (const [tag] of rules) {
    const allowed = rules.filter(([other]) => covers(other, tag)).flatMap(([, value]) => targetsOf(value));
    const unknown = allowed.find((each) => each instanceof NotLiteral);
    if (unknown instanceof NotLiteral) {
      unread(`dependency rule "${tag}": ${notInLiterals(unknown)}`);
      continue;
    }
    const names = allowed.filter((each) => typeof each === 'string');
    const steps: { from: TagTest; to: TagTest; allow: boolean }[] = [{ from: { any: [tag] }, to: { none: names }, allow: false }];
    if (allowed.includes(SAME)) steps.push({ from: { any: [tag] }, to: { same: tag }, allow: true });
    const words = [...names, ...(allowed.includes(SAME) ? ['its own tag'] : [])].join(', ') || 'nothing';
    add(`dependency-rule: ${tag} only depends on ${words}`, {
      kind: 'between-modules',
      modules,
      otherwise: 'allow',
      steps,
      imports: 'any',
    });
  }
  const barrel = escapeRegex(textOf(config.barrelFileName) ?? 'index.ts');
  const hidden = textOf(config.encapsulationPattern) ?? textOf(config.encapsulatedFolderNameForBarrelLess) ?? 'internal';
  const otherwise = config.enableBarrelLess === true ? [`^(?!${escapeRegex(hidden)})`] : ['^'];
  const doors = [
    { of: {}, open: [`^${barrel}$`], otherwise },
    { of: { any: ['root'] }, open: ['^'] },
  ];
  add('encapsulation', { kind: 'module-doors', modules, doors, imports: 'any' });
}

const SAME = Symbol('sameTag');

/** `sameTag`, `anyTag` and `noDependencies` are functions that Sheriff offers by name. */
function targetsOf(value: unknown): (string | typeof SAME | NotLiteral)[] {
  return listOf(value).flatMap((each): (string | typeof SAME | NotLiteral)[] => {
    if (typeof each === 'string') return [each];
    if (!(each instanceof NotLiteral)) return [];
    if (each.text === 'sameTag') return [SAME];
    if (each.text === 'noDependencies') return [];
    return each.text === 'anyTag' || /^\(.*\) => true$/.test(each.text) ? ['*'] : [each];
  });
}

/** Whether a tag with wildcards stands for another. */
function covers(pattern: string, tag: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  return rest.length === 0 ? pattern === tag : tag.startsWith(head) && tag.endsWith(rest.at(-1) ?? '');
}

/** Keys are folders, with `<name>` for any text; a nested object goes on below. */
function modulesOf(config: Plain, above: string, names: string[], unread: (reason: string) => void): ModulePattern[] {
  return Object.entries(config).flatMap(([key, value]): ModulePattern[] => {
    if (value instanceof NotLiteral || (key.startsWith('/') && key.endsWith('/'))) {
      unread(`module "${key}": ${value instanceof NotLiteral ? notInLiterals(value) : 'a regular expression is not supported'}`);
      return [];
    }
    const known = [...names];
    const folder = key.split(/(<[a-zA-Z-_]+>)/).map((part, index) => {
      if (index % 2 === 0) return escapeRegex(part);
      known.push(part);
      return '([^/]+)';
    });
    const path = `${above}${folder.join('')}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return modulesOf(objectOf(value), `${path}/`, known, unread);
    const tags = listOf(value)
      .filter((tag) => typeof tag === 'string')
      .map((tag) => known.reduce((text, name, index) => text.replaceAll(name, `$${index + 1}`), tag));
    return [{ pattern: `^${path}(?=/)`, tags }];
  });
}
