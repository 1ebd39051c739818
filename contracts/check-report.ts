/** What `longhaul check` found: a working tree against its base, as one versioned document. */
import { z } from 'zod';
import { ContractPicture } from './architecture.ts';
import { Finding, Severity } from './check-result.ts';
import { CommitSha } from './ids.ts';

/** How often people trip a rule, in the commits that were calibrated, and the 95 % interval of that share. */
export const HumanRate = z.strictObject({
  /** Commits with at least one finding of this rule, against their parent. */
  tripped: z.int().nonnegative(),
  of: z.int().positive(),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
});
export type HumanRate = z.infer<typeof HumanRate>;

export const CheckFinding = Finding.extend({
  /** Null: this repository was not calibrated, or not for this rule. */
  human: HumanRate.nullable(),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

/** One number of the architecture, before and after. docs/metrics.md defines each. */
const Metric = z.strictObject({
  /** `value.propagationCost`: of the graph of imports that run; `all.`: of all imports; `code.`: of the text. */
  metric: z.string().min(1),
  /** For a table. */
  title: z.string().min(1),
  unit: z.string().min(1),
  /** In which direction code erodes; null where growth alone moves the number. */
  worse: z.enum(['up', 'down']).nullable(),
});

export const DriftRow = Metric.extend({
  /** Null: undefined there, such as a mean over nothing. */
  base: z.number().nullable(),
  head: z.number().nullable(),
  /** `head` less `base`; null where one of them is. */
  change: z.number().nullable(),
  /** Between which changes 90 % of the stretches of history lie that have as many commits as this change; null where nobody calibrated. */
  usual: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
});
export type DriftRow = z.infer<typeof DriftRow>;

/** What people do to a repository: the measure by which a change is more or less than usual. */
export const CalibrationReport = z.strictObject({
  schemaVersion: z.literal(1),
  verdict: z.literal('calibrated'),
  version: z.string().min(1),
  repository: z.string().min(1),
  /** First-parent commits that were compared with their parents, the oldest and the newest of them. */
  commits: z.int().positive(),
  oldest: CommitSha,
  newest: CommitSha,
  /** Commits with at least one gate of any rule. */
  anyGate: HumanRate,
  /** Rules that were tripped, the most frequent first. */
  rules: z.array(HumanRate.extend({ rule: z.string().min(1), severity: Severity })),
  /** Change per commit by the method of Theil and Sen, with its 95 % interval; null where the number was hardly ever defined. */
  metrics: z.array(
    Metric.extend({
      first: z.number().nullable(),
      last: z.number().nullable(),
      slope: z.strictObject({ perCommit: z.number(), low: z.number(), high: z.number() }).nullable(),
    }),
  ),
  /** Commits that could not be compared, with the reason: they are not among `commits`. */
  leftOut: z.array(z.strictObject({ commit: CommitSha, reason: z.string() })),
  wallMs: z.number().nonnegative(),
});
export type CalibrationReport = z.infer<typeof CalibrationReport>;

/**
 * What a change of public names asks of a package's next version. `unclear`: a declaration changed, and whether its users notice
 * cannot be told from its text. Source: Semantic Versioning 2.0.0 (semver.org), and for types semver-ts.org 1.0.0-beta.4.
 */
export const SemverClass = z.enum(['patch', 'minor', 'unclear', 'major']);
export type SemverClass = z.infer<typeof SemverClass>;

export const CheckReport = z.strictObject({
  schemaVersion: z.literal(1),
  /**
   * `passed`: no gate. `failed`: at least one. `unscored`: the two trees could be read but prove nothing, see `reason`; never a pass.
   */
  verdict: z.enum(['passed', 'failed', 'unscored']),
  /** Why nothing can be said; null unless unscored. */
  reason: z.string().nullable(),
  /** The program that made this document. */
  version: z.string().min(1),
  /** Top folder of the working tree, absolute. */
  repository: z.string().min(1),
  /** The folder inside it that findings are shown of, relative; empty for all. The graph is always that of the whole tree. */
  folder: z.string(),
  base: z.strictObject({ commit: CommitSha, why: z.string().min(1) }),
  head: z.strictObject({ commit: CommitSha, branch: z.string().nullable() }),
  /** Gates first, then by place. */
  findings: z.array(CheckFinding),
  /** Findings outside `folder`, by severity: they count for the verdict like the others. */
  elsewhere: z.strictObject({ gate: z.int().nonnegative(), warn: z.int().nonnegative(), record: z.int().nonnegative() }),
  /** Counts of production code in the working tree. */
  facts: z.record(z.string(), z.number()),
  drift: z.array(DriftRow),
  /** By package name; packages whose public names are as they were, which asks for a patch at most, are not listed. */
  versions: z.array(z.strictObject({ package: z.string(), class: SemverClass.exclude(['patch']) })),
  /** Rules that the repository states and that could not be read: nothing was judged by them. */
  unread: z.array(z.strictObject({ path: z.string(), tool: z.string(), reason: z.string() })),
  /**
   * Where the imports of production files lead, each specifier of a file once. `missing`: a package that no manifest declares; `unresolved`: can only
   * mean this repository and finds nothing; `elsewhere`: what the graph does not hold, such as style sheets and build output.
   */
  imports: z.strictObject({
    counts: z.strictObject({
      file: z.int().nonnegative(),
      builtin: z.int().nonnegative(),
      external: z.int().nonnegative(),
      missing: z.int().nonnegative(),
      unresolved: z.int().nonnegative(),
      elsewhere: z.int().nonnegative(),
    }),
    lost: z.array(
      z.strictObject({ path: z.string(), line: z.int().positive(), specifier: z.string(), kind: z.enum(['missing', 'unresolved']) }),
    ),
  }),
  /** Source files that were not read, or not understood. */
  skipped: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  /** What was worked around. */
  notes: z.array(z.string()),
  /** The contract of the base in words; null unless asked for. */
  explanation: z.array(z.string()).nullable(),
  /** Modules and the imports between them; null where there is nothing to draw. */
  picture: ContractPicture.nullable(),
  /** The commits behind `human` and `band`; null where nobody calibrated. */
  calibration: z.strictObject({ commits: z.int().positive(), newest: CommitSha }).nullable(),
  /** From the start of the command to this document, milliseconds, and whether the base was remembered from an earlier check. */
  timing: z.strictObject({ wallMs: z.number().nonnegative(), baseRemembered: z.boolean() }),
});
export type CheckReport = z.infer<typeof CheckReport>;

/** In place of a report, where there was nothing to compare. */
export const CheckRefusal = z.strictObject({
  schemaVersion: z.literal(1),
  verdict: z.literal('could-not-run'),
  error: z.strictObject({ code: z.string(), message: z.string(), action: z.string() }),
});
export type CheckRefusal = z.infer<typeof CheckRefusal>;
