/** Makes whatever decides how tests run what a human commit has of it. */
import type { CommitSha } from '#contracts';
import type { ControlRepository } from '../git/control-repository.ts';
import { differingPaths, readFrozenTree } from '../git/frozen-tree.ts';
import type { Host } from '../host.ts';
import { withRunnerSettingsOf } from './runner-settings.ts';
import { isManifest, isRunnerConfig } from './test-files.ts';

/**
 * A runner's configuration that the tree has and people do not goes: it would outrank theirs and decide what every test says. Of a package.json
 * only what runners read becomes the human's: a new script or an entry of `imports` may be part of the answer.
 * @returns the tree after it.
 */
export async function layRunnerSettings(
  host: Host,
  control: ControlRepository,
  { tree, from }: { tree: CommitSha; from: CommitSha },
): Promise<CommitSha> {
  const [human, present] = [await readFrozenTree(host, control.folder, from), await readFrozenTree(host, control.folder, tree)];
  const isLinkedManifest = (path: string) => isManifest(path) && present.files.get(path)?.mode === '120000';
  const paths = differingPaths(human, present);
  const settled = paths.filter((path) => isRunnerConfig(path) || isLinkedManifest(path));
  const laid = settled.length > 0 ? await control.overlay(tree, from, settled) : tree;

  const manifests = paths.filter((path) => isManifest(path) && present.files.has(path) && !isLinkedManifest(path));
  const [own, theirs] = [await present.read(manifests), await human.read(manifests)];
  const rewritten = manifests.flatMap((path) => {
    const text = withRunnerSettingsOf(textOf(theirs.get(path)), textOf(own.get(path)) ?? '');
    return text === null ? [] : [[path, text] as const];
  });
  return control.replaceTexts(laid, new Map(rewritten));
}

function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
