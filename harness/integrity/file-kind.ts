/** Says by its path what a file is for. */
export type FileKind = 'test' | 'snapshot' | 'config' | 'support' | 'entry' | 'source' | 'other';

const CODE = /\.[cm]?[jt]sx?$/;
const TEST =
  /(\.(test|spec|test-d)|[_-](test|spec))\.[cm]?[jt]sx?$|(^|\/)__tests__\/(?!.*(fixtures?|helpers?|utils?|mocks?|support)\b)[^.]*\.[cm]?[jt]sx?$|(^|\/)(test|tests)\.[cm]?[jt]s$/i;
const TEST_FOLDER =
  /(^|\/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|fixtures?|cypress|playwright|testing|test-?utils?|bench(marks?)?|examples?|docs|website|playground|stories)\//i;
const CONFIG =
  /(^|\/)((vite|vitest|jest|ava|playwright|cypress|karma|babel|webpack|rollup|eslint|biome|oxlint|prettier|tsup)[\w.-]*\.(config|workspace|setup)?[\w.-]*\.?([cm]?[jt]s|jsonc?)|\.mocharc[\w.]*|\.taprc|\.c8rc[\w.]*|\.nycrc[\w.]*|\.swcrc|\.babelrc[\w.]*|\.eslintrc[\w.]*|\.oxlintrc\.json|tsconfig[\w.-]*\.json|package\.json|\.npmrc|\.noderc|\.env[\w.]*|\.yarnrc\.yml|Makefile|turbo\.json|nx\.json|lerna\.json)$|(^|\/)\.(github|circleci|husky)\/|\.gitlab-ci\.yml$/;

/** `support` is what only tests use; `entry` is a program that people start, and which may end the process. */
export function fileKind(path: string): FileKind {
  if (/\.snap$|(^|\/)__snapshots__\//.test(path)) return 'snapshot';
  if (CONFIG.test(path) && !/(^|\/)(fixtures?|__fixtures__)\//.test(path)) return 'config';
  if (/\.d\.[cm]?ts$/.test(path) || !CODE.test(path)) return 'other';
  if (TEST.test(path)) return 'test';
  if (TEST_FOLDER.test(path)) return /(^|\/)(tests?|specs?)\/[^/]+$/i.test(path) ? 'test' : 'support';
  if (/(^|\/)(bin|scripts?|tools?|cli|build|ci|tasks)\/|(^|\/)(cli|main|bin)\.[cm]?[jt]s$/.test(path)) return 'entry';
  return 'source';
}
