/** The rules that a repository states itself, those included that only running a file would tell. */
import { join } from 'node:path';
import { type DeclaredRules, readDeclaredRules } from '#architecture';
import { LonghaulError } from '#contracts';
import type { Host } from '#workspace';
import type { LaidTree, WorkingTree } from '#workspace/repository';

/** Rule files that are programs run in a sandbox over the copy, or not at all: then they are listed as unread. */
export async function readRules(host: Host, tree: WorkingTree, laid: LaidTree, signal: AbortSignal): Promise<DeclaredRules> {
  await using opened = new AsyncDisposableStack();
  const open = async () => {
    // Sandboxes take a while to load, and most repositories need none.
    const { openEvaluator } = await import('#workspace');
    return opened.use(await openEvaluator(host, laid.folder, join(tree.root, 'node_modules'), signal));
  };
  let evaluator: ReturnType<typeof open> | undefined;
  const evaluate = async (path: string) => {
    try {
      evaluator ??= open();
      return await (await evaluator).evaluate(path);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof LonghaulError && error.code === 'E_SANDBOX_UNAVAILABLE'
        ? new Error('no sandbox works on this machine (`longhaul doctor` says what to do)')
        : error;
    }
  };
  return await readDeclaredRules(laid.folder, { files: laid.paths, evaluate });
}
