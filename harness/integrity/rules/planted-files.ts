/** Files that act without being asked for: links, packages, hooks, preloads, look-alikes of a configuration. */
import { fileKind } from '../file-kind.ts';
import type { ReadChange, ReadFile } from '../read-change.ts';
import { excerpt, type Rule, type Violation } from '../rule.ts';

const PRELOAD = /(^|\s|['"=])(-r|--require|--import|--loader|--experimental-loader)[= ]+['"]?[.\w/-]/;
const MANAGED = /(^|\/)(fixtures?|__fixtures__|tests?|spec|e2e|examples?|playground|bench|testdata|mocks?)\//;
const OF_TESTS = /(^|\/)(tests?|specs?|__(tests|specs|mocks|fixtures|snapshots)__)\//;

/**
 * They take effect by lying there. Blocks: a symbolic link where a test, a configuration, or
 * a folder with either was, because whatever is laid over it would go elsewhere; packages in
 * node_modules, which no lockfile vouches for, unless the project already keeps some there or they are data of tests; a file loaded into every node process by .npmrc or .env; git's own hooks folder. Warns:
 * a second configuration of the same runner, because which one wins is a matter of file names.
 */
export const plantedFiles: Rule = {
  name: 'planted-file',
  find(change) {
    return change.files.flatMap((file) => planted(file, change) ?? []);
  },
};

function planted(file: ReadFile, { files }: ReadChange): Violation | undefined {
  const { path, before, after, link } = file;
  const found = (severity: Violation['severity'], message: string): Violation => ({
    fact: path,
    severity,
    message,
    path,
    witness: [...(before === null ? [] : [`- ${excerpt(before)}`]), `+ ${excerpt(after ?? '')}`],
  });
  if (after === null) return undefined;
  if (link) {
    if (before !== null && (fileKind(path) === 'source' || bearsEvidence(path)))
      return found('gate', `a symbolic link to ${after} took the place of ${path}`);
    const covered = files.find((other) => other.before !== null && other.path.startsWith(`${path}/`) && bearsEvidence(other.path));
    if (covered !== undefined) return found('gate', `a symbolic link to ${after} took the place of ${path}, where ${covered.path} was`);
    return before === null && /(^|\/)(tests?|__tests__)\//.test(`${path}/`) && !MANAGED.test(path.replace(/^(tests?|__tests__)\//, ''))
      ? found('warn', `${path} is a symbolic link to ${after}`)
      : undefined;
  }
  if (before !== null && !/(^|\/)(\.npmrc|\.env[\w.]*)$/.test(path)) return undefined;
  if (/(^|\/)node_modules\//.test(path) && !MANAGED.test(path)) {
    const kept = files.some((other) => other.before !== null && other.path.includes('node_modules/'));
    return found(kept ? 'warn' : 'gate', `${path} is a package that no lockfile vouches for`);
  }
  if (/(^|\/)(\.npmrc|\.env[\w.]*|\.noderc)$/.test(path)) {
    const known = new Set((before ?? '').split('\n'));
    const line = after.split('\n').find((text) => !known.has(text) && /node[-_]options/i.test(text) && PRELOAD.test(text));
    return line === undefined
      ? undefined
      : { ...found('gate', `every node process loads a file of the change first (${path})`), witness: [`+ ${line.trim()}`] };
  }
  if (/(^|\/)\.git\/|^\.githooks\//.test(path))
    return found(path.startsWith('.githooks') ? 'record' : 'gate', `${path} runs when git does`);
  const runner = /(^|\/)(\.mocharc|(vitest|jest|ava|playwright)[\w.]*\.config)[\w.]*$/.exec(path);
  if (runner && !MANAGED.test(path))
    return overRuled(runner[2] ?? '', file, files)
      ? found('warn', `${path} is read before or instead of the configuration that is there`)
      : undefined;
  return undefined;
}

/** Whether tests, or what decides how they run, are in it. */
function bearsEvidence(path: string): boolean {
  return /^(test|config|snapshot)$/.test(fileKind(path)) || OF_TESTS.test(path);
}

/** A new configuration without the old one going: it comes first. Whether an old one lies unchanged is not told, so only mocha's, which has no other reason to be a program, and shadowed ones of the change count. */
function overRuled(runner: string, { path, source }: ReadFile, files: readonly ReadFile[]): boolean {
  const old = files.some(
    (other) =>
      other.path !== path &&
      other.path.includes(runner) &&
      other.before !== null &&
      other.after !== null &&
      /mocharc|config/.test(other.path) &&
      fileKind(other.path) === 'config',
  );
  return old || (/\.mocharc\.c?js$/.test(path) && /\brequire\(/.test(source.after?.text ?? ''));
}
