/** The upper end of the scale: lays the human change into the tree. */
import { LonghaulError, NO_USAGE, type RunAgent } from '#contracts';

/**
 * @param options.patchFor the human change of a milestone as a binary git patch against the tree the milestone begins with; may be empty.
 * The returned agent throws E_GIT_FAILED when the patch does not apply: a reference that does not fit its own task is a broken world.
 */
export function createReferenceAgent(options: { patchFor: (milestoneId: string) => Promise<Uint8Array> }): RunAgent {
  return async ({ workspace, request, signal }) => {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const patch = await options.patchFor(request.id);
    // git apply takes an empty patch for a malformed one.
    if (patch.length > 0) {
      const result = await workspace.exec(['git', 'apply', '--whitespace=nowarn', '--binary', '-'], { stdin: patch, signal });
      if (result.exitCode !== 0) {
        throw new LonghaulError(
          'E_GIT_FAILED',
          `The human change of milestone ${request.id} does not apply to the tree (git apply ${result.ending}, exit code ${result.exitCode}): ${result.output.trim().slice(0, 2000)}`,
        );
      }
    }
    return {
      ending: { kind: 'submitted', summary: 'The human change was applied.' },
      usage: { ...NO_USAGE, wallMs: Math.round(performance.now() - startedAt) },
    };
  };
}
