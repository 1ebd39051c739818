/** The files that the world outside the tree's own imports takes, as far as manifests tell. */
import { posix } from 'node:path';
import type { PublishedPackage } from './public-surface.ts';

/**
 * What packages publish and install as programs, and files that a script of theirs names (`node tools/build.ts`).
 * What a framework loads by convention is known to nobody but the framework.
 */
export function entryFilesOf(packages: readonly PublishedPackage[], has: (path: string) => boolean): Set<string> {
  return new Set(
    packages.flatMap(({ manifest, entries }) => [
      ...entries.entries.flatMap(({ paths }) => paths),
      ...manifest.scripts.flatMap((script) => {
        const words = script.split(/[\s"'`;&|()=]+/);
        return words.map((word) => posix.join(manifest.folder, word)).filter(has);
      }),
    ]),
  );
}
