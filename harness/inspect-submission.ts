/** Reads a submission against the human trees around it, without running any of it. */
import type { CheckResult } from '#contracts';
import type { HarnessDeps } from './harness-deps.ts';
import { type ChangedSuites, changedSuites } from './cells/changed-suites.ts';
import { humanTreesSince, milestoneAt } from './human-trees.ts';
import { readIntegrity } from './integrity/read-integrity.ts';
import { readSecurity, type SecurityOutcome } from './security/read-security.ts';
import { type SubmittedTreesOptions, submittedTrees } from './submitted-trees.ts';

export interface Inspected {
  /** What the submission let in, and what the human change of the same milestone did. */
  security: { head: SecurityOutcome; reference: SecurityOutcome };
  integrity: CheckResult;
  /** The test files that were there and that it made its own version of. */
  suites: ChangedSuites;
}

/** Of what was handed over, before any human test was laid over it, against the human commit that the chain began with. */
export async function inspectSubmission(deps: HarnessDeps, options: SubmittedTreesOptions): Promise<Inspected> {
  const { task, index, startCommit: from, submission } = options;
  await using trees = submittedTrees(deps, options);
  const { referenceCommit } = milestoneAt(task, index);
  const removedExports = task.milestones.slice(0, index + 1).flatMap(({ intent }) => intent.removesExports);
  const readBoth = async () => ({
    head: await readSecurity(deps, trees, { from, to: submission.tree }),
    reference: await readSecurity(deps, trees, { from, to: referenceCommit }),
  });
  const security = readBoth();
  const integrity = readIntegrity(deps, trees, { from, to: submission.tree, reference: referenceCommit, removedExports });
  const suites = changedSuites(deps, trees, { from, to: submission.tree, people: humanTreesSince(from, task, index) });
  // Whatever becomes of one, the trees stay open for the others.
  await Promise.allSettled([security, integrity, suites]);
  return { security: await security, integrity: await integrity, suites: await suites };
}
