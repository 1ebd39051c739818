/** Runs the suite of a fixture by the door `runTests`, and puts what came of it in few words. */
import { TestRun } from '#contracts';
import type { GitRepository } from './git-repository.ts';
import { bothPlaces, type Changes, type Workshop } from './workspaces.ts';

type SuiteOptions = Changes & { files?: string[]; write?: Record<string, string> };

/** Opens a workspace, writes files into it, runs the suite once, and reads what came of it as the rest of the house does. */
export async function runSuite(
  workshop: Workshop,
  of: GitRepository | undefined,
  { files = [], write = {}, ...changes }: SuiteOptions = {},
): Promise<TestRun> {
  if (!of) throw new Error('no repository');
  await using workspace = await workshop.open(of, { sandbox: bothPlaces[0], ...changes });
  for (const [path, content] of Object.entries(write)) await workspace.writeFile(path, content);
  return TestRun.parse(await workspace.runTests({ files }));
}

/** `failed <id>: <first line of the message>` */
export function outline(run: TestRun): string[] {
  if (run.status === 'did-not-run') return [`${run.fault}: ${run.reason}`];
  return run.outcomes.map(({ status, id, message }) => `${status} ${id}${message === undefined ? '' : `: ${message.split('\n')[0]}`}`);
}
