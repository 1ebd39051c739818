/** Which files of a repository belong to its tests. */
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';

const FOLDER = /(^|\/)(tests?|__tests__|specs?|__specs__|__snapshots__|__mocks__|__fixtures__)\//;
const FILE = /\.(test|spec|test-d|spec-d)\.[cm]?[jt]sx?$|\.snap$/;
const RUNNER_CONFIG =
  /(^|\/)((vitest|vite|jest)\.(config|setup|workspace|projects)(\.[\w-]+)?\.([cm]?[jt]s|json)|\.mocharc(\.\w+)?|mocha\.opts|ava\.config\.[cm]?js|babel\.config\.([cm]?[jt]s|json)|\.(babel|swc)rc(\.[cm]?[jt]s|\.json)?|node\.config\.json|postcss\.config\.[cm]?[jt]s|\.postcssrc(\.\w+)?)$/;

/** A test, a snapshot, or a helper that lies among tests. By path alone, so that it means the same in every tree. */
export function isTestFile(path: string): boolean {
  return FOLDER.test(path) || FILE.test(path);
}

/**
 * A file that configures how tests run, or what they are compiled to: whoever writes it can change what they say. postcss is among
 * them because vitest loads its configuration before any test, into the process that reports.
 */
export function isRunnerConfig(path: string): boolean {
  return RUNNER_CONFIG.test(path);
}

export function isManifest(path: string): boolean {
  return /(^|\/)package\.json$/.test(path);
}

/** Any file of a tree by which a command could change what tests say, without being what they test. */
export function decidesTests(path: string): boolean {
  return isTestFile(path) || isRunnerConfig(path) || isManifest(path) || /(^|\/)node_modules\//.test(path);
}

/** The configurations of a tree on disk, ignored by git or not, dependencies left out. Links are not followed; a folder that cannot be read has none. */
export async function findRunnerConfigs(tree: string): Promise<string[]> {
  const root = Buffer.from(tree + sep);
  const found: string[] = [];
  // Names are bytes here: they need not be UTF-8.
  const folders = [root];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])) {
      const path = Buffer.concat([folder, entry.name]);
      const name = entry.name.toString();
      const relative = path.toString('utf8', root.length);
      if (!entry.isDirectory()) found.push(...(isRunnerConfig(relative) ? [relative] : []));
      else if (name !== 'node_modules' && name !== '.git') folders.push(Buffer.concat([path, Buffer.from(sep)]));
    }
  }
  return found;
}
