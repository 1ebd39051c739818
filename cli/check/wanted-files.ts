/** Which files of a commit say something about its architecture: sources, manifests, and the files in which rules are stated. */
import { isSource } from '#architecture';

const SETTINGS = /\.(jsonc?|json5|ya?ml)$|(^|\/)\.[a-z]+rc$/;
const LOCKFILE = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock)$/;
/** Data and translations lie deep; settings of tools do not. */
const MAX_SETTINGS_DEPTH = 6;

export function saysSomething(path: string): boolean {
  if (path.startsWith('node_modules/') || path.includes('/node_modules/')) return false;
  if (isSource(path) || path === '.gitignore') return true;
  return SETTINGS.test(path) && !LOCKFILE.test(path) && path.split('/').length <= MAX_SETTINGS_DEPTH;
}
