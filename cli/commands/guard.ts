/** `longhaul guard`: what the architecture says about files before they are edited, or before they exist. */
import { relative, resolve, sep } from 'node:path';
import { fileRules } from '#architecture';
import { GuardReport, LonghaulError } from '#contracts';
import { renderGuard } from '#report';
import { openWorkingTree } from '#workspace/repository';
import { type CheckConfig, openBase } from '../check/open-base.ts';
import { PASSED } from '../exit-codes.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface GuardOptions {
  base?: string;
  json?: boolean;
  cache: boolean;
}

/** Nothing is judged, so it never fails for what it says. */
export async function guard(config: CheckConfig, paths: readonly string[], options: GuardOptions): Promise<number> {
  return untilInterrupted(async (signal) => {
    const tree = await openWorkingTree(config, '.', signal);
    const { base, before, progress } = await openBase(config, tree, options, signal);
    progress.end();
    const rulesOf = fileRules(before.value.snapshot, before.value.rules);
    const report = GuardReport.parse({
      schemaVersion: 1,
      version: config.version,
      repository: tree.root,
      base: { commit: base.commit, why: base.why },
      files: paths.map((path) => rulesOf(inTree(tree.root, path))),
      unread: before.value.rules.unread,
    });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : renderGuard(report, process.stdout));
    return PASSED;
  });
}

function inTree(root: string, path: string): string {
  const inside = relative(root, resolve(path)).split(sep).join('/');
  if (inside === '' || inside === '..' || inside.startsWith('../'))
    throw new LonghaulError('E_USAGE', `${path} is no file of ${root}; name files inside of it.`);
  return inside;
}
