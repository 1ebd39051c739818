/** Builds a tree as its task says. */
import type { TaskSetup } from '#contracts';
import type { Sandbox, SandboxCommand } from '../sandbox/sandbox.ts';

export interface BuildOutcome {
  /** Which step failed or did not end, or null. */
  failure: string | null;
  /** Of the step that failed. */
  output: string;
  wallMs: number;
}

/**
 * Each step is a command of its own, and nothing it has started outlives it. The first that fails ends the build.
 * @param command where steps run: without the report, because what builds the tree is the tree's own code.
 * @param timeoutMs for all of them.
 */
export async function buildTree(
  sandbox: Sandbox,
  steps: TaskSetup['build'],
  command: Omit<SandboxCommand, 'argv'>,
  timeoutMs: number,
): Promise<BuildOutcome> {
  let wallMs = 0;
  for (const step of steps) {
    const result = await sandbox.exec({ ...command, argv: ['bash', '-c', step], timeoutMs: Math.max(1, timeoutMs - wallMs) });
    wallMs += result.wallMs;
    if (result.exitCode === 0) continue;
    const what = result.ending === 'timed-out' ? 'did not end' : 'failed';
    return { failure: `a build step ${what}: ${step.slice(0, 200)}`, output: result.output, wallMs };
  }
  return { failure: null, output: '', wallMs };
}
