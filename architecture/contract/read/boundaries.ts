/** Reads the rules of eslint-plugin-boundaries, versions 2 to 7. */
import { posix } from 'node:path';
import type { DeclaredRule, ModulePattern, RulePattern, TagTest } from '../declared-rules.ts';
import { globBody, globsToTest } from './globs.ts';
import type { LintRule } from './lint-layers.ts';
import { keysInUse, listOf, objectOf, type Plain, textOf, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const TOOL = 'eslint-plugin-boundaries';

/** Source of the meaning: eslint-plugin-boundaries, docs of `element-types` (later `dependencies`), `entry-point`, `external`. */
export function addBoundaries(files: RuleFiles, rule: LintRule): void {
  try {
    const { settings } = rule;
    const modules = listOf(settings['boundaries/elements']).flatMap((each) => elementOf(objectOf(each), posix.dirname(rule.source)));
    if (modules.length === 0) throw new Error('it states no `boundaries/elements`');
    const scope = {
      ...globsToTest(textsOf(settings['boundaries/include'])),
      ...(settings['boundaries/ignore'] ? { none: globsToTest(textsOf(settings['boundaries/ignore']))?.any ?? [] } : {}),
    };
    const options = objectOf(rule.options[0]);
    for (const pattern of patternsOf(rule.name, modules, options)) {
      const reason =
        textOf(options.message) ??
        listOf(options.rules)
          .map((each) => textOf(objectOf(each).message))
          .find(Boolean);
      files.add({
        name: rule.name,
        tool: TOOL,
        source: rule.source,
        severity: rule.severity satisfies DeclaredRule['severity'],
        ...(reason ? { reason } : {}),
        ...(Object.keys(scope).length > 0 ? { scope } : {}),
        pattern,
      });
    }
  } catch (error) {
    files.unread({ path: rule.source, tool: TOOL, reason: `${rule.name}: ${error instanceof Error ? error.message : error}` });
  }
}

function patternsOf(name: string, modules: ModulePattern[], options: Plain): RulePattern[] {
  const steps = listOf(options.rules ?? options.policies).map(objectOf);
  const isAllowed = options.default === 'allow';
  switch (name) {
    case 'boundaries/element-types':
    case 'boundaries/dependencies':
      return [
        {
          kind: 'between-modules',
          modules,
          otherwise: isAllowed ? 'allow' : 'forbid',
          steps: steps.flatMap(dependencySteps),
          imports: 'any',
        },
      ];
    case 'boundaries/entry-point': {
      if (isAllowed || steps.some((step) => step.disallow !== undefined)) throw new Error('`disallow` is not supported');
      const doors = steps.flatMap((step) => {
        refuseUnknown(step, ['target', 'allow', 'message']);
        return elementTests(step.target).map((of) => ({ of, open: textsOf(step.allow).map((glob) => `^(?:${globBody(glob)})$`) }));
      });
      return [{ kind: 'module-doors', modules, doors: [{ of: {}, open: [] }, ...doors], imports: 'any' }];
    }
    case 'boundaries/external':
      if (!isAllowed) throw new Error('packages that are forbidden unless allowed are not supported');
      return steps.flatMap((step) => {
        refuseUnknown(step, ['from', 'disallow', 'message']);
        if (listOf(step.disallow).some((each) => typeof each !== 'string')) throw new Error('packages by imported names are not supported');
        const none = textsOf(step.disallow).map((glob) => `^(?:${globBody(glob)})(?:/.*)?$`);
        return elementTests(step.from).map(
          (of): RulePattern => ({ kind: 'module-packages', modules, of, packages: { none }, imports: 'any' }),
        );
      });
    default:
      throw new Error('it is not supported');
  }
}

/** A pattern is tried at the end of the path of each folder above a file, so it may start at any depth. */
function elementOf(element: Plain, folder: string): ModulePattern[] {
  refuseUnknown(element, ['type', 'pattern', 'mode', 'capture', 'category']);
  const type = textOf(element.type);
  if (type === undefined) throw new Error('an element without a type is not supported');
  const capture = textsOf(element.capture);
  const tags = [`type:${type}`, ...capture.map((name, index) => `${name}:$${index + 1}`)];
  return textsOf(element.pattern).map((glob) => {
    const body = `(?:${globBody(glob, capture.length > 0)})`;
    if (element.mode === 'full') return { pattern: `^${folder === '.' ? '' : `${folder}/`}${body}$`, tags };
    return { pattern: `^(?:.*/)?${body}${element.mode === 'file' ? '$' : '(?=/)'}`, tags };
  });
}

function dependencySteps(step: Plain): { from: TagTest; to: TagTest; allow: boolean }[] {
  refuseUnknown(step, ['from', 'to', 'allow', 'disallow', 'deny', 'message']);
  const outer = { from: optionalTests(step.from), to: optionalTests(step.to) };
  const pairs = (decision: unknown, allow: boolean) =>
    alternatives(decision).flatMap((each) => {
      const inner = objectOf(each);
      const named = 'from' in inner || 'to' in inner;
      if (named) refuseUnknown(inner, ['from', 'to']);
      const from = (named ? optionalTests(inner.from) : undefined) ?? outer.from ?? [{}];
      const to = (named ? optionalTests(inner.to) : elementTests([each])) ?? outer.to ?? [{}];
      return from.flatMap((source) => to.map((target) => ({ from: source, to: target, allow })));
    });
  // Within one rule a disallowed element stays disallowed.
  return [...pairs(step.allow, true), ...pairs(step.disallow ?? step.deny, false)];
}

function optionalTests(value: unknown): TagTest[] | undefined {
  return value === undefined ? undefined : elementTests(value);
}

/** `"helpers"`, `["helpers", { family: "a" }]`, `{ type: "helpers", captured: { family: "a" } }`, or a list of such. */
function elementTests(value: unknown): TagTest[] {
  return alternatives(value).map((each) => {
    if (typeof each === 'string') return { all: [`type:${each}`] };
    if (Array.isArray(each)) return testOf(each[0], objectOf(each[1]));
    const element = objectOf('element' in objectOf(each) ? objectOf(each).element : each);
    refuseUnknown(element, ['type', 'captured']);
    return testOf(element.type, objectOf(element.captured));
  });
}

function alternatives(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function testOf(type: unknown, captured: Plain): TagTest {
  const types = textsOf(type);
  const all = Object.entries(captured).map(([name, value]) => `${name}:${placeholders(textOf(value) ?? refuse(`capture \`${name}\``))}`);
  const [only] = types;
  return types.length > 1 ? { any: types.map((each) => `type:${each}`), all } : { all: [...(only ? [`type:${only}`] : []), ...all] };
}

/** `${family}`, `${from.family}` and `{{from.captured.family}}` all mean the importing element's. */
function placeholders(text: string): string {
  const replaced = text.replaceAll(/\$\{(?:from\.)?(\w+)\}|\{\{\s*from\.(?:element\.)?captured\.(\w+)\s*\}\}/g, (_, a, b) => `{${a ?? b}}`);
  if (/^!|[[(|]|\{\{/.test(replaced)) refuse(`the pattern "${text}"`);
  return replaced;
}

function refuse(what: string): never {
  throw new Error(`${what} is not supported`);
}

function refuseUnknown(part: Plain, known: readonly string[]): void {
  const unknown = keysInUse(part).filter((key) => !known.includes(key));
  if (unknown.length > 0) refuse(`\`${unknown.join('`, `')}\``);
}
