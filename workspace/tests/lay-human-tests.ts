/** Lays the tests of a human commit over a submitted tree, with all that decides how they run. */
import type { CommitSha } from '#contracts';
import type { ControlRepository } from '../git/control-repository.ts';
import { readFrozenTree } from '../git/frozen-tree.ts';
import type { Host } from '../host.ts';
import { foreignScopes } from './package-scopes.ts';
import { withRunnerSettingsOf } from './runner-settings.ts';
import { isManifest, isRunnerConfig, isTestFile } from './test-files.ts';
import { shadowsOf } from './test-shadows.ts';

/**
 * Tests of the human commit, and tests of the base that it deleted. Tests an agent has added are nobody's and stay, unless a loader would
 * take one for a human file or it makes a package of a folder of human tests; a runner's configuration it has added goes, because it would outrank the human one and decide what every
 * test says. Of a package.json only what runners read is the human's: a new script or an entry of `imports` may be part of the answer.
 * @returns the tree after it.
 */
export async function layHumanTests(
  host: Host,
  control: ControlRepository,
  { tree, base, from }: { tree: CommitSha; base: CommitSha; from: CommitSha },
): Promise<CommitSha> {
  const read = (commit: CommitSha) => readFrozenTree(host, control.folder, commit);
  const [human, before, present] = [await read(from), await read(base), await read(tree)];
  const isLaid = (path: string) => isTestFile(path) || isRunnerConfig(path);
  const isLinkedManifest = (path: string) => isManifest(path) && present.files.get(path)?.mode === '120000';
  const isForeignScope = foreignScopes([...human.files.keys()]);
  const isShadow = shadowsOf([...human.files.keys()].filter(isLaid));
  const laid = await control.overlay(tree, from, [
    ...new Set([
      ...[...human.files.keys(), ...before.files.keys()].filter(isLaid),
      ...[...present.files.keys()].filter((path) => isRunnerConfig(path) || isLinkedManifest(path)),
      ...[...present.files.keys()].filter((path) => !human.files.has(path) && (isShadow(path) || isForeignScope(path))),
    ]),
  ]);

  const manifests = [...present.files].filter(([path, { oid }]) => isManifest(path) && human.files.get(path)?.oid !== oid);
  const paths = manifests.map(([path]) => path).filter((path) => !isLaid(path) && !isLinkedManifest(path));
  const [own, theirs] = [await present.read(paths), await human.read(paths)];
  const rewritten = paths.flatMap((path) => {
    const text = withRunnerSettingsOf(textOf(theirs.get(path)), textOf(own.get(path)) ?? '');
    return text === null ? [] : [[path, text] as const];
  });
  return control.replaceTexts(laid, new Map(rewritten));
}

function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
