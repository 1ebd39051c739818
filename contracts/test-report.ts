/** The document of `longhaul test`: whether and how a repository's own tests ran. */
import { z } from 'zod';
import { EnvironmentRecord } from './environment.ts';
import { CommitSha } from './ids.ts';
import { Isolation } from './scorecard.ts';
import { TestRun } from './test-run.ts';

export const TestReport = z.strictObject({
  schemaVersion: z.literal(1),
  /** As it was named, made absolute. */
  repository: z.string().min(1),
  commit: CommitSha,
  isolation: Isolation,
  environment: EnvironmentRecord,
  /** Wall time of opening the workspace, installing included, milliseconds. */
  openWallMs: z.int().nonnegative(),
  run: TestRun,
});
export type TestReport = z.infer<typeof TestReport>;
