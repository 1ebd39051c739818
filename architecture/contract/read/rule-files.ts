/** The files in which a repository states its rules, each read once as plain data. */
import { lstat, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { DeclaredRule, DeclaredRules, RuleTool, UnreadRules } from '../declared-rules.ts';
import { findNotLiteral, type LiteralModule, NotLiteral, readJsonLiterals, readModuleLiterals } from '../literals.ts';

/** The exports of a JavaScript or TypeScript file as plain data, found out by running it where that can do no harm. Rejects with a reason. */
export type EvaluateRuleFile = (path: string) => Promise<unknown>;

/** A configuration is written by people; a file of this size is generated or an attack. */
const MAX_BYTES = 1_000_000;

export class RuleFiles {
  readonly #folder: string;
  readonly #evaluate: EvaluateRuleFile | undefined;
  readonly #found: DeclaredRules = { rules: [], unread: [] };
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
      const text = await this.#text(path);
      if (/\.ya?ml$/.test(path) || (path.endsWith('rc') && !/^\s*[{/]/.test(text))) return yaml(text);
      if (/(rc|\.json[c5]?)$/.test(path)) return readJsonLiterals(text);
      return await this.#module(path, text, tool, named);
    } catch (error) {
      this.unread({ path, tool, reason: reasonOf(error) });
      return undefined;
    }
  }

  /** A manifest, read before for other reasons: one that cannot be read is a border without a name, and states no rules. */
  async loadQuietly(path: string): Promise<unknown> {
    try {
      return JSON.parse(await this.#text(path));
    } catch {
      return undefined;
    }
  }

  /** A link may lead out of the repository, so none is followed. */
  async #text(path: string): Promise<string> {
    const file = await lstat(join(this.#folder, path));
    if (!file.isFile()) throw new Error('it is no ordinary file');
    if (file.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1_000_000} MB`);
    return readFile(join(this.#folder, path), 'utf8');
  }

  async #module(path: string, text: string, tool: RuleTool, named: readonly string[]): Promise<unknown> {
    const pick = ({ main, named: exports }: LiteralModule) =>
      main ?? named.map((name) => exports.get(name)).find((each) => each !== undefined);
    const stated = pick(readModuleLiterals(path, text));
    if (stated !== undefined && !findNotLiteral(stated)) return stated;
    if (!this.#evaluate) return stated ?? new NotLiteral(1, 'all of it');
    try {
      return pickEvaluated(await this.#evaluate(path), named);
    } catch (error) {
      this.unread({ path, tool, reason: `it could not be run: ${reasonOf(error)}` });
      return stated ?? undefined;
    }
  }
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
