/** The rules that a repository states itself, those included that only running a file would tell. */
import { type DeclaredRules, readDeclaredRules } from '#architecture';
import { LonghaulError } from '#contracts';
import type { Host } from '#workspace';

export interface TreeOfRules {
  folder: string;
  /** All its files, relative. */
  paths: readonly string[];
  /** Where its dependencies are installed, if they are. */
  installed: string;
}

/** Rule files that are programs run in a sandbox that can change nothing, or not at all: then they are listed as unread. */
export async function readRules(host: Host, { folder, paths, installed }: TreeOfRules, signal: AbortSignal): Promise<DeclaredRules> {
  await using opened = new AsyncDisposableStack();
  const open = async () => {
    // Sandboxes take a while to load, and most repositories need none.
    const { openEvaluator } = await import('#workspace');
    return opened.use(await openEvaluator(host, folder, installed, signal));
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
  return await readDeclaredRules(folder, { files: paths, evaluate });
}
