/** The files in which a repository states its rules, each read once as plain data. */
import { lstatSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { DeclaredRule, DeclaredRules, RuleTool, UnreadRules } from '../declared-rules.ts';
import { findNotLiteral, type LiteralModule, NotLiteral, readJsonLiterals, readModuleLiterals } from '../literals.ts';

/** The exports of a JavaScript or TypeScript file as plain data, found out by running it where that can do no harm. Rejects with a reason. */
export type EvaluateRuleFile = (path: string) => Promise<unknown>;

/** A configuration is written by people; a file of this size is generated or an attack. */
const MAX_BYTES = 1_000_000;
/** Configurations that take each other in. */
const MAX_IMPORT_DEPTH = 5;

export class RuleFiles {
  readonly #folder: string;
  readonly #evaluate: EvaluateRuleFile | undefined;
  readonly #found: DeclaredRules = { rules: [], unread: [] };
  /** By how deep they were taken in, and path: files that all take in each other are read a few times, not once for every way. */
  readonly #modules = new Map<string, LiteralModule | undefined>();
  /** All paths of the repository. */
  readonly paths: ReadonlySet<string>;

  constructor(folder: string, paths: readonly string[], evaluate?: EvaluateRuleFile) {
    this.#folder = folder;
    this.#evaluate = evaluate;
    this.paths = new Set(paths);
  }

  get found(): DeclaredRules {
    return this.#found;
  }

  /** Paths with one of these names, those nearest to the root first. */
  named(pattern: RegExp): string[] {
    const depth = (path: string) => path.split('/').length;
    return [...this.paths].filter((path) => pattern.test(basename(path))).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  }

  add(rule: Omit<DeclaredRule, 'root'> & { root?: string }): void {
    this.#found.rules.push({ root: '.', ...rule });
  }

  unread(unread: UnreadRules): void {
    this.#found.unread.push(unread);
  }

  /**
   * What a file says, with `NotLiteral` where only running it would tell and that was not possible; undefined, and listed as unread,
   * when it cannot be read at all. `named` picks an export of that name where there is no default export.
   */
  async load(path: string, tool: RuleTool, named: readonly string[] = []): Promise<unknown> {
    try {
      const text = this.#textOf(path);
      if (/\.ya?ml$/.test(path) || (path.endsWith('rc') && !/^\s*[{/]/.test(text))) return yaml(text);
      if (/(rc|\.json[c5]?)$/.test(path)) return readJsonLiterals(path, text);
      return await this.#module(path, text, tool, named);
    } catch (error) {
      this.unread({ path, tool, reason: reasonOf(error) });
      return undefined;
    }
  }

  /** A manifest, read before for other reasons: one that cannot be read is a border without a name, and states no rules. */
  loadQuietly(path: string): unknown {
    try {
      return JSON.parse(this.#textOf(path));
    } catch {
      return undefined;
    }
  }

  /** A link may lead out of the repository, so none is followed. */
  #textOf(path: string): string {
    const file = lstatSync(join(this.#folder, path));
    if (!file.isFile()) throw new Error('it is no ordinary file');
    if (file.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1_000_000} MB`);
    return readFileSync(join(this.#folder, path), 'utf8');
  }

  async #module(path: string, text: string, tool: RuleTool, named: readonly string[]): Promise<unknown> {
    const module = readModuleLiterals(path, text, (specifier) => this.#imported(path, specifier, 1));
    const stated = module.main ?? named.map((name) => module.named.get(name)).find((each) => each !== undefined);
    const isWhole = stated !== undefined && !findNotLiteral(stated);
    if (isWhole || !this.#evaluate || !isWorthRunning(tool, text)) return stated ?? new NotLiteral(path, 1, 'what it exports');
    try {
      return pickEvaluated(await this.#evaluate(path), named);
    } catch (error) {
      this.unread({ path, tool, reason: `it could not be run: ${reasonOf(error)}` });
      return stated;
    }
  }

  /** A configuration that lies beside the one that takes it in. */
  #imported(from: string, specifier: string, depth: number): LiteralModule | undefined {
    const path = posix.join(posix.dirname(from), specifier);
    const found = ['', '.js', '.ts', '.cjs', '.json'].map((extension) => path + extension).find((each) => this.paths.has(each));
    if (!specifier.startsWith('.') || found === undefined || depth > MAX_IMPORT_DEPTH) return undefined;
    const key = `${depth} ${found}`;
    if (!this.#modules.has(key)) this.#modules.set(key, this.#literalsOf(found, depth));
    return this.#modules.get(key);
  }

  #literalsOf(found: string, depth: number): LiteralModule | undefined {
    try {
      const text = this.#textOf(found);
      if (found.endsWith('.json')) return { main: readJsonLiterals(found, text), named: new Map() };
      return readModuleLiterals(found, text, (next) => this.#imported(found, next, depth + 1));
    } catch {
      // Whoever takes it in holds a part that is no literal, and says so.
      return undefined;
    }
  }
}

/** Most of a linter's configuration is about style: one that names no rule on imports is not worth a sandbox. */
function isWorthRunning(tool: RuleTool, text: string): boolean {
  return tool === 'dependency-cruiser' || tool === 'sheriff' || /no-restricted-|no-cycle|module-boundaries|boundaries\/|sheriff/.test(text);
}

/** Whoever evaluates may hand over the module's exports or its default export. */
function pickEvaluated(value: unknown, named: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const exports = new Map<string, unknown>(Object.entries(value));
  return ['default', ...named].map((name) => exports.get(name)).find((each) => each !== undefined) ?? value;
}

/** Aliases may blow a small text up to a large value; none of these files needs more than a few. */
function yaml(text: string): unknown {
  return parseYaml(text, { maxAliasCount: 100 });
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';
}
