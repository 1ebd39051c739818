/** Finds what in a change bends the evidence instead of the program. */

import { z } from 'zod';
import { Finding } from '#contracts';
import type { Change } from './change.ts';
import { readChange } from './read-change.ts';
import { RULES } from './rules/index.ts';

export const Inspection = z.strictObject({
  findings: z.array(Finding),
  /** Files whose text could not be looked at, and why. They are no evidence of innocence. */
  unread: z.array(z.strictObject({ path: z.string(), reason: z.string(), isNew: z.boolean() })),
  facts: z.strictObject({ rules: z.int(), files: z.int(), testsBefore: z.int(), testsAfter: z.int() }),
});
export type Inspection = z.infer<typeof Inspection>;

/**
 * Pure: texts in, findings out. Runs a native parser over them, so for texts that nobody vouches for call `inspectChange`. Every rule of
 * `rules/` runs; its docstring says why it blocks or only warns. Identities hold a rule and a fact, no line: the same trick is the same finding anywhere.
 * Source of the rules: Longhaul's own list of twenty behaviours, after ImpossibleBench and METR's reports on reward hacking.
 */
export function findIntegrityFindings(change: Change): Inspection {
  const human = new Set(change.reference ? find({ files: change.reference }).findings.map(({ id }) => id) : []);
  const { findings, read } = find(change);
  return {
    findings: findings.map((finding) => (human.has(finding.id) ? { ...finding, severity: 'record' as const } : finding)),
    unread: [...read.unread],
    facts: {
      rules: RULES.length,
      files: read.files.length,
      testsBefore: read.tests.kept.length + read.tests.gone.length,
      testsAfter: read.tests.kept.length + read.tests.added.length,
    },
  };
}

function find(change: Change) {
  const read = readChange(change);
  const findings = RULES.flatMap((rule) =>
    rule.find(read).map(
      ({ fact, severity, message, path, line, witness }): Finding => ({
        id: `${rule.name}:${fact.slice(0, 300)}`,
        rule: rule.name,
        severity,
        message,
        place: { path, ...(line === undefined ? {} : { line }) },
        witness,
      }),
    ),
  );
  const unique = [...new Map(findings.map((finding) => [`${finding.id} ${finding.place.path}`, finding])).values()];
  return { findings: unique, read };
}
