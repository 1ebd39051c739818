/** Reads the rules of dependency-cruiser. */
import { posix } from 'node:path';
import type { DeclaredRule, FileTest, ImportTest, MeantImports, PathTest, RulePattern } from '../declared-rules.ts';
import { findNotLiteral, NotLiteral, notInLiterals } from '../literals.ts';
import { keysInUse, listOf, objectOf, type Plain, textOf, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const TOOL = 'dependency-cruiser';
const SEVERITY: Record<string, DeclaredRule['severity'] | undefined> = { error: 'gate', warn: 'warn', info: 'record' };

/** What follows only from installed packages or from running the compiler. */
const TYPES_UNKNOWN_HERE = new Set(['deprecated', 'npm-bundled', 'localmodule', 'undetermined', 'aliased-webpack', 'pre-compilation-only']);
const KNOWN_FROM = ['path', 'pathNot', 'orphan'];
const KNOWN_TO = [
  ...['path', 'pathNot', 'circular', 'dependencyTypes', 'dependencyTypesNot', 'couldNotResolve', 'dynamic'],
  ...['reachable', 'moreUnstable', 'ancestor', 'viaOnly', 'viaNot'],
];
const KNOWN_MODULE = ['path', 'pathNot', 'numberOfDependentsLessThan', 'numberOfDependentsMoreThan'];

/** Source of the rules' meaning: dependency-cruiser, doc/rules-reference.md. */
export async function readDependencyCruiser(files: RuleFiles): Promise<void> {
  for (const path of files.named(/^\.dependency-cruiser\.(js|cjs|mjs|json|ts)$/)) {
    const config = await readConfig(files, path, new Set());
    if (config) addRules(files, path, config);
  }
}

interface Config {
  forbidden: unknown[];
  allowed: unknown[];
  allowedSeverity: unknown;
  required: unknown[];
  options: Plain;
}

async function readConfig(files: RuleFiles, path: string, seen: Set<string>): Promise<Config | undefined> {
  seen.add(path);
  const value = await files.load(path, TOOL);
  if (value === undefined) return undefined;
  const own = objectOf(value);
  const parts = [value, ...Object.values(own)].filter((part) => part instanceof NotLiteral);
  for (const part of [...parts, findNotLiteral(own.options)]) if (part) files.unread({ path, tool: TOOL, reason: notInLiterals(part) });

  let config: Config = {
    forbidden: Array.isArray(own.forbidden) ? own.forbidden : [],
    allowed: Array.isArray(own.allowed) ? own.allowed : [],
    allowedSeverity: own.allowedSeverity,
    required: Array.isArray(own.required) ? own.required : [],
    options: objectOf(own.options),
  };
  for (const name of textsOf(own.extends)) {
    const parent = presetPath(files, path, name);
    if (parent === undefined || seen.has(parent)) {
      files.unread({
        path,
        tool: TOOL,
        reason: parent ? `it extends itself through ${name}` : `it extends ${name}, which is not in the repository`,
      });
      continue;
    }
    const base = await readConfig(files, parent, seen);
    if (base) config = merge(config, base);
  }
  return config;
}

function presetPath(files: RuleFiles, from: string, name: string): string | undefined {
  if (!name.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), name);
  return ['', '.js', '.json', '.cjs', '.mjs', '.ts'].map((extension) => path + extension).find((each) => files.paths.has(each));
}

/** Rules of one name are one rule, in which the extending file's words win. */
function merge(own: Config, base: Config): Config {
  const byName = (rules: unknown[]) => new Map(rules.map((rule) => [textOf(objectOf(rule).name), objectOf(rule)]));
  const combine = (mine: unknown[], theirs: unknown[]) => {
    const [known, inherited] = [byName(mine), byName(theirs)];
    const merged = mine.map((rule) => {
      const name = textOf(objectOf(rule).name);
      return name === undefined ? rule : { ...inherited.get(name), ...objectOf(rule) };
    });
    return [...merged, ...theirs.filter((rule) => !textOf(objectOf(rule).name) || !known.has(textOf(objectOf(rule).name)))];
  };
  return {
    forbidden: combine(own.forbidden, base.forbidden),
    required: combine(own.required, base.required),
    allowed: [...own.allowed, ...base.allowed],
    allowedSeverity: own.allowedSeverity ?? base.allowedSeverity,
    options: { ...base.options, ...own.options },
  };
}

function addRules(files: RuleFiles, path: string, config: Config): void {
  const reading = new RuleReading(config.options);
  const add = (name: string, stated: unknown, comment: unknown, severity: unknown, read: () => RulePattern) => {
    if (severity === 'ignore') return;
    try {
      const notLiteral = findNotLiteral(stated);
      if (notLiteral) throw new Error(notInLiterals(notLiteral));
      const reason = textOf(comment);
      files.add({
        name,
        tool: TOOL,
        source: path,
        severity: SEVERITY[String(severity ?? 'warn')] ?? 'warn',
        ...(reason ? { reason } : {}),
        root: posix.dirname(path),
        ...(reading.scope ? { scope: reading.scope } : {}),
        pattern: read(),
      });
    } catch (error) {
      files.unread({ path, tool: TOOL, reason: `rule "${name}": ${error instanceof Error ? error.message : error}` });
    }
  };
  const addEach = (stated: unknown[], read: (rule: Plain) => RulePattern) => {
    for (const each of stated) {
      const rule = objectOf(each);
      add(textOf(rule.name) ?? 'unnamed', each, rule.comment, rule.severity, () => read(rule));
    }
  };
  addEach(config.forbidden, (rule) => reading.forbidden(rule));
  addEach(config.required, (rule) => reading.required(rule));
  if (config.allowed.length === 0) return;
  const allowed = config.allowed.map(objectOf);
  // One comment can speak for the list only where the list is one rule.
  const comment = allowed.length === 1 ? allowed[0]?.comment : undefined;
  add('not-in-allowed', config.allowed, comment, config.allowedSeverity, () => ({
    kind: 'allowed-imports',
    allowed: allowed.map((rule) => reading.pair(rule)),
  }));
}

class RuleReading {
  readonly #imports: MeantImports;
  readonly #notFollowed: PathTest | undefined;
  readonly scope: PathTest | undefined;

  /** Without `tsPreCompilationDeps` imports that are gone after compilation are not seen. */
  constructor(options: Plain) {
    this.#imports = options.tsPreCompilationDeps === true || options.tsPreCompilationDeps === 'specify' ? 'any' : 'value';
    const [only, exclude, notFollowed] = [options.includeOnly, options.exclude, options.doNotFollow].map(pathsOf);
    this.#notFollowed = notFollowed ? { any: notFollowed } : undefined;
    if (only || exclude) this.scope = { ...(only ? { any: only } : {}), ...(exclude ? { none: exclude } : {}) };
  }

  forbidden(rule: Plain): RulePattern {
    const [from, to, module] = [objectOf(rule.from), objectOf(rule.to), objectOf(rule.module)];
    if (rule.scope === 'folder') throw new Error('rules on folders are not supported');
    if (rule.module !== undefined) return this.#dependents(module, from);
    refuseUnknown('from', from, KNOWN_FROM);
    refuseUnknown('to', to, KNOWN_TO);
    if (from.orphan === false || to.circular === false) throw new Error('`orphan: false` and `circular: false` are not supported');
    if (from.orphan === true) return { kind: 'orphan', files: this.#files(from), imports: this.#imports };
    if (typeof to.reachable === 'boolean') {
      const imports = this.#imports;
      return { kind: 'reachability', from: this.#files(from), to: pathTest(to) ?? {}, forbidden: to.reachable, imports };
    }
    if (to.circular === true) return this.#cycle(from, to);
    return { kind: 'forbidden-import', ...this.pair(rule) };
  }

  required(rule: Plain): RulePattern {
    const [module, to] = [objectOf(rule.module), objectOf(rule.to)];
    refuseUnknown('module', module, ['path', 'pathNot']);
    refuseUnknown('to', to, ['path', 'pathNot']);
    return { kind: 'required-import', from: this.#files(module), to: this.#import(to) };
  }

  pair(rule: Plain): { from: FileTest; to: ImportTest } {
    const [from, to] = [objectOf(rule.from), objectOf(rule.to)];
    refuseUnknown('from', from, ['path', 'pathNot']);
    refuseUnknown(
      'to',
      to,
      KNOWN_TO.filter((key) => !['circular', 'reachable', 'viaOnly', 'viaNot'].includes(key)),
    );
    return { from: this.#files(from), to: this.#import(to) };
  }

  #dependents(module: Plain, from: Plain): RulePattern {
    refuseUnknown('module', module, KNOWN_MODULE);
    const { numberOfDependentsLessThan: atLeast, numberOfDependentsMoreThan: atMost } = module;
    return {
      kind: 'dependents',
      files: this.#files(module),
      by: pathTest(from) ?? {},
      ...(typeof atLeast === 'number' ? { atLeast } : {}),
      ...(typeof atMost === 'number' ? { atMost } : {}),
      imports: this.#imports,
    };
  }

  #cycle(from: Plain, to: Plain): RulePattern {
    const only = typeof to.viaOnly === 'string' || Array.isArray(to.viaOnly) ? { path: to.viaOnly } : objectOf(to.viaOnly);
    refuseUnknown('viaOnly', only, ['path', 'pathNot', 'dependencyTypesNot']);
    const typesNot = textsOf(only.dependencyTypesNot);
    if (typesNot.some((type) => type !== 'type-only')) throw new Error('`viaOnly.dependencyTypesNot` is supported for "type-only" only');
    const inside = pathTest({ ...only, ...(to.viaNot === undefined ? {} : { pathNot: to.viaNot }) });
    const target = pathTest(to);
    return {
      kind: 'cycle',
      from: this.#files(from),
      ...(target ? { to: target } : {}),
      ...(inside ? { inside } : {}),
      imports: typesNot.length > 0 || textsOf(to.dependencyTypesNot).includes('type-only') ? 'value' : this.#imports,
    };
  }

  #files(test: Plain): FileTest {
    return { ...pathTest(test), ...(this.#notFollowed ? { unless: [this.#notFollowed] } : {}) };
  }

  #import(to: Plain): ImportTest {
    const path = pathTest(to);
    const [types, typesNot] = [textsOf(to.dependencyTypes), textsOf(to.dependencyTypesNot)];
    const unknown = [...types, ...typesNot].find((type) => TYPES_UNKNOWN_HERE.has(type));
    if (unknown !== undefined) throw new Error(`whether an import is "${unknown}" is not known without installed packages`);
    return {
      imports: this.#imports,
      ...(path ? { path } : {}),
      ...(types.length > 0 ? { dependencyTypes: types } : {}),
      ...(typesNot.length > 0 ? { dependencyTypesNot: typesNot } : {}),
      ...booleans(to, ['couldNotResolve', 'dynamic', 'moreUnstable', 'ancestor']),
    };
  }
}

/** A list of patterns is one pattern with alternatives: groups are counted through all of it. */
function pathTest(test: Plain): PathTest | undefined {
  const [any, none] = [textsOf(test.path), textsOf(test.pathNot)];
  if (any.length === 0 && none.length === 0) return undefined;
  return { ...(any.length > 0 ? { any: [any.join('|')] } : {}), ...(none.length > 0 ? { none: [none.join('|')] } : {}) };
}

function pathsOf(option: unknown): string[] | undefined {
  const paths = textsOf(typeof option === 'string' || Array.isArray(option) ? option : objectOf(option).path);
  return paths.length > 0 ? [paths.join('|')] : undefined;
}

function booleans<Key extends string>(source: Plain, keys: readonly Key[]): Partial<Record<Key, boolean>> {
  const found: Partial<Record<Key, boolean>> = {};
  for (const key of keys) {
    const value = source[key];
    if (typeof value === 'boolean') found[key] = value;
  }
  return found;
}

function refuseUnknown(where: string, condition: Plain, known: readonly string[]): void {
  const unknown = keysInUse(condition).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`\`${where}.${unknown.join(`\`, \`${where}.`)}\` is not supported`);
  if (listOf(condition.path).some((path) => typeof path !== 'string')) throw new Error(`\`${where}.path\` is no text`);
}
