/** Reads the rules about imports that a human tree states itself. */
import { type DeclaredRules, readDeclaredRules } from '#architecture';
import { type Evaluator, openEvaluator, type Workspace } from '#workspace';
import type { HarnessDeps } from './harness-deps.ts';

/**
 * A rule file that has to be run for it runs in a sandbox of its own, whatever sandbox the tests have, and without the dependencies; what is
 * not understood is listed. Never to be asked of an agent's tree: nobody states the rules for himself.
 */
export async function readRules({ host, signal }: Pick<HarnessDeps, 'host' | 'signal'>, workspace: Workspace): Promise<DeclaredRules> {
  let evaluator: Promise<Evaluator> | null = null;
  const evaluate = async (path: string) => {
    evaluator ??= openEvaluator(host, workspace.folder, null, signal);
    return (await evaluator).evaluate(path);
  };
  try {
    return await readDeclaredRules(workspace.folder, { files: await workspace.listFiles(), evaluate });
  } finally {
    await (evaluator as Promise<Evaluator> | null)?.then(
      (opened) => opened[Symbol.asyncDispose](),
      () => {},
    );
  }
}
