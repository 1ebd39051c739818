/** Which files of a repository belong to its tests. */

const FOLDER = /(^|\/)(tests?|__tests__|specs?|__specs__|__snapshots__|__mocks__|__fixtures__)\//;
const FILE = /\.(test|spec|test-d|spec-d)\.[cm]?[jt]sx?$|\.snap$/;
const RUNNER_CONFIG =
  /(^|\/)((vitest|vite|jest)\.(config|setup|workspace)(\.[\w-]+)?\.([cm]?[jt]s|json)|\.mocharc(\.\w+)?|ava\.config\.[cm]?js)$/;

/** A test, a snapshot, or a helper that lies among tests. By path alone, so that it means the same in every tree. */
export function isTestFile(path: string): boolean {
  return FOLDER.test(path) || FILE.test(path);
}

/** A file that configures how tests run: whoever writes it can change what they say. */
export function isRunnerConfig(path: string): boolean {
  return RUNNER_CONFIG.test(path);
}
