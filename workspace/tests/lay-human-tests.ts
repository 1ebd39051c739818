/** Lays the tests of a human commit over a submitted tree, with all that decides how they run. */
import type { CommitSha } from '#contracts';
import type { ControlRepository } from '../git/control-repository.ts';
import { listTree } from '../git/history.ts';
import type { Host } from '../host.ts';
import { layRunnerSettings } from './lay-runner-settings.ts';
import { foreignPackages } from './package-scopes.ts';
import { isRunnerConfig, isTestFile } from './test-files.ts';
import { shadowsOf } from './test-shadows.ts';

/**
 * Tests of the human commit, and tests of the base that it deleted. Tests an agent has added are nobody's and stay, unless a loader would
 * take one for a human file, or it makes a package of a folder of human tests or puts one beside them.
 * @returns the tree after it.
 */
export async function layHumanTests(
  host: Host,
  control: ControlRepository,
  { tree, base, from }: { tree: CommitSha; base: CommitSha; from: CommitSha },
): Promise<CommitSha> {
  const pathsOf = async (commit: CommitSha) => [...(await listTree(host, control.folder, commit)).keys()];
  const [human, before, present] = [await pathsOf(from), await pathsOf(base), await pathsOf(tree)];
  const isLaid = (path: string) => isTestFile(path) || isRunnerConfig(path);
  const known = new Set(human);
  const isForeignPackage = foreignPackages(human);
  const isShadow = shadowsOf(human.filter(isLaid));
  const added = present.filter((path) => !known.has(path) && (isShadow(path) || isForeignPackage(path)));
  const laid = await control.overlay(tree, from, [...new Set([...[...human, ...before].filter(isLaid), ...added])]);
  return layRunnerSettings(host, control, { tree: laid, from });
}
