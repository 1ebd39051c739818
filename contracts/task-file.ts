/** The format of `task.json`, the file that makes a folder a task. */
import { z } from 'zod';
import { CommitSha, Slug } from './ids.ts';
import { RelativePath } from './relative-path.ts';
import { DEFAULT_SETUP, DeclaredIntent, InterfaceEntry, RequestGrade, TaskSetup } from './task.ts';

/**
 * One milestone of a task folder. Beside it, in `milestones/<id>/`, lie `request.md`, `hidden-tests/`,
 * optionally `visible-tests/` (both as the files lie in the repository), and `reference.patch`
 * (the human change without its tests).
 */
export const MilestoneFile = z.strictObject({
  id: Slug,
  title: z.string().min(1),
  requestGrade: RequestGrade,
  interface: z.array(InterfaceEntry).default([]),
  intent: DeclaredIntent.default({ removesExports: [] }),
  expected: z.enum(['solve', 'refuse']).default('solve'),
  /** The human commit, for a task over a git repository. Instead of `reference.patch`, `hidden-tests/` and `visible-tests/`. */
  referenceCommit: CommitSha.optional(),
  /** Test files of `referenceCommit` that the agent may see. */
  visibleTests: z.array(RelativePath).default([]),
});
export type MilestoneFile = z.infer<typeof MilestoneFile>;

/** Either plain files, made into a git repository with fixed authors and dates, or an existing one with its base commit. */
export const TaskRepository = z.union([
  z.strictObject({ files: z.string().min(1) }),
  z.strictObject({ url: z.string().min(1), baseCommit: CommitSha }),
]);

/** `task.json`. Unknown keys are refused. */
export const TaskFile = z
  .strictObject({
    schemaVersion: z.literal(1),
    id: Slug,
    title: z.string().min(1),
    repository: TaskRepository,
    setup: TaskSetup.default(DEFAULT_SETUP),
    milestones: z.array(MilestoneFile).min(1),
  })
  .superRefine((task, context) => {
    const seen = new Set<string>();
    task.milestones.forEach((milestone, index) => {
      if (seen.has(milestone.id)) {
        context.addIssue({ code: 'custom', path: ['milestones', index, 'id'], message: `"${milestone.id}" is used twice` });
      }
      seen.add(milestone.id);
      if ('url' in task.repository && milestone.referenceCommit === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['milestones', index, 'referenceCommit'],
          message: 'is missing: a task over a git repository names the human commit of each milestone',
        });
      }
    });
  });
export type TaskFile = z.infer<typeof TaskFile>;
