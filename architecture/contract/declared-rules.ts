/** The rules that a repository states itself, as plain data, whatever tool they were written for. */
import { Severity } from '#contracts';
import { z } from 'zod';

/** The tool whose file states a rule; `package.json` for what workspaces and `exports` say. */
export const RuleTool = z.enum([
  'dependency-cruiser',
  'nx',
  'eslint-plugin-boundaries',
  'eslint',
  'oxlint',
  'biome',
  'sheriff',
  'package.json',
]);
export type RuleTool = z.infer<typeof RuleTool>;

/**
 * Sources of regular expressions on a path relative to the repository. `any`: one must match, all do when it is missing; `none`: none may.
 * In the test of an import's target `$1`, `$2` ... stand for what the groups of the importing file's test matched, as dependency-cruiser has it.
 */
export const PathTest = z.strictObject({ any: z.array(z.string()).optional(), none: z.array(z.string()).optional() });
export type PathTest = z.infer<typeof PathTest>;

/** Files, less those that a later and more special part of the same configuration speaks of. */
export const FileTest = PathTest.extend({ unless: z.array(PathTest).optional() });
export type FileTest = z.infer<typeof FileTest>;

/** `value`: imports that are gone after compilation are not meant, whether they say `type` or not. A file taken in both ways counts as one that runs. */
export const MeantImports = z.enum(['value', 'type', 'any']);
export type MeantImports = z.infer<typeof MeantImports>;

/** The text of an import: equal to one of `exact`, matched by the `.gitignore` lines of `group`, or by the regular expression. */
export const SpecifierTest = z.strictObject({
  exact: z.array(z.string()).optional(),
  group: z.array(z.string()).optional(),
  regex: z.string().optional(),
  caseSensitive: z.boolean().optional(),
});
export type SpecifierTest = z.infer<typeof SpecifierTest>;

/** Which imports are meant: all stated conditions together. */
export const ImportTest = z.strictObject({
  imports: MeantImports,
  /** The file reached; for what is no file of the repository `node_modules/name/...` or the name itself. */
  path: PathTest.optional(),
  specifier: SpecifierTest.optional(),
  /** One of these words of dependency-cruiser applies (`npm-dev`, `core`, `type-only` ...), or none of them does. */
  dependencyTypes: z.array(z.string()).optional(),
  dependencyTypesNot: z.array(z.string()).optional(),
  couldNotResolve: z.boolean().optional(),
  dynamic: z.boolean().optional(),
  /** The target is more unstable than the importing file; I = Ce / (Ca + Ce). Source: Martin, OO Design Quality Metrics, 1994. */
  moreUnstable: z.boolean().optional(),
  /** The target lies in a folder above that of the importing file. */
  ancestor: z.boolean().optional(),
});
export type ImportTest = z.infer<typeof ImportTest>;

/**
 * Which files form a module: what the pattern matches from the start of a path is the module's folder or file, and files with equal matches
 * are of one module. The longest match decides, and among equals the first. `$1` in a tag stands for a group of the pattern.
 */
export const ModulePattern = z.strictObject({ pattern: z.string(), tags: z.array(z.string()) });
export type ModulePattern = z.infer<typeof ModulePattern>;

/**
 * `all`: each tag must be there; `any`: one; `none`: not one; a list that is missing asks nothing. `*` in a tag stands for any text,
 * `{name}` in the test of an imported module for what follows `name:` in a tag of the importing one.
 */
export const TagTest = z.strictObject({
  all: z.array(z.string()).optional(),
  any: z.array(z.string()).optional(),
  none: z.array(z.string()).optional(),
  /** The imported module has a tag like this one that the importing module has too: `sameTag` of Sheriff. */
  same: z.string().optional(),
});
export type TagTest = z.infer<typeof TagTest>;

export const RulePattern = z.discriminatedUnion('kind', [
  /** No file of `from` may have an import like `to`. */
  z.strictObject({ kind: z.literal('forbidden-import'), from: FileTest, to: ImportTest }),
  /** Every import must be like one of these. */
  z.strictObject({ kind: z.literal('allowed-imports'), allowed: z.array(z.strictObject({ from: FileTest, to: ImportTest })).min(1) }),
  /** Every file of `from` must have an import like `to`. */
  z.strictObject({ kind: z.literal('required-import'), from: FileTest, to: ImportTest }),
  /** `forbidden`: no way of imports leads from `from` to `to`; otherwise every file of `to` must be reached from some file of `from`. */
  z.strictObject({ kind: z.literal('reachability'), from: FileTest, to: PathTest, forbidden: z.boolean(), imports: MeantImports }),
  /** A file that nobody imports and that imports nobody. */
  z.strictObject({ kind: z.literal('orphan'), files: FileTest, imports: MeantImports }),
  /** How many files of `by` may import each of `files`. */
  z.strictObject({
    kind: z.literal('dependents'),
    files: FileTest,
    by: PathTest,
    atLeast: z.int().optional(),
    atMost: z.int().optional(),
    imports: MeantImports,
  }),
  /** No cycle may run through an import from `from` to `to`. `inside`: only cycles count all of whose files match. */
  z.strictObject({
    kind: z.literal('cycle'),
    from: FileTest,
    to: PathTest.optional(),
    inside: PathTest.optional(),
    imports: MeantImports,
    /** In imports; longer cycles are allowed. */
    maxLength: z.int().positive().optional(),
  }),
  /** Which modules may import which others: the last step that speaks of an import decides. Files of no module are not judged. */
  z.strictObject({
    kind: z.literal('between-modules'),
    modules: z.array(ModulePattern),
    otherwise: z.enum(['allow', 'forbid']),
    steps: z.array(z.strictObject({ from: TagTest, to: TagTest, allow: z.boolean() })),
    imports: MeantImports,
  }),
  /**
   * The files by which other modules may enter one: `open` are regular expressions on the path inside it, and where it has no such file
   * `otherwise` is in force. Of several doors that speak of a module the last decides; one that none speaks of is open.
   */
  z.strictObject({
    kind: z.literal('module-doors'),
    modules: z.array(ModulePattern),
    doors: z.array(z.strictObject({ of: TagTest, open: z.array(z.string()), otherwise: z.array(z.string()).optional() })),
    imports: MeantImports,
  }),
  /** What modules with these tags may import that is no file of the repository, tested on the import as written. */
  z.strictObject({
    kind: z.literal('module-packages'),
    modules: z.array(ModulePattern),
    of: TagTest,
    packages: PathTest,
    imports: MeantImports,
  }),
  /** A workspace package is imported by what its manifest publishes. `entries`: regular expressions on what follows the name, starting with `.`. */
  z.strictObject({ kind: z.literal('package-entries'), name: z.string(), folder: z.string(), entries: z.array(z.string()) }),
  /** Of the workspace's packages, a package imports those only that its manifest declares. */
  z.strictObject({
    kind: z.literal('declared-packages'),
    folder: z.string(),
    declared: z.array(z.string()),
    workspace: z.array(z.string()),
  }),
]);
export type RulePattern = z.infer<typeof RulePattern>;

export const DeclaredRule = z.strictObject({
  /** As the tool prints it. */
  name: z.string().min(1),
  tool: RuleTool,
  /** The file that states it. */
  source: z.string().min(1),
  /** From the tool's own: an error is `gate`, a warning `warn`, anything less `record`. A rule that is off is no rule. */
  severity: Severity,
  /** Why, in the repository's words. */
  reason: z.string().optional(),
  /** The folder that the rule speaks of: paths are tested as seen from there, and files outside of it are not judged. `.` for all. */
  root: z.string().min(1),
  /** Imports with an end outside of these files are not looked at. */
  scope: PathTest.optional(),
  pattern: RulePattern,
});
export type DeclaredRule = z.infer<typeof DeclaredRule>;

/** A rule file, or a part of one, that says something which was not understood. */
export const UnreadRules = z.strictObject({ path: z.string(), tool: RuleTool, reason: z.string() });
export type UnreadRules = z.infer<typeof UnreadRules>;

/** In the order of their sources, and there in the order of their statement. What was not understood is listed, never silently skipped. */
export const DeclaredRules = z.strictObject({ rules: z.array(DeclaredRule), unread: z.array(UnreadRules) });
export type DeclaredRules = z.infer<typeof DeclaredRules>;
