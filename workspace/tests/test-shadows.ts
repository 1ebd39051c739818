/** Files that a module loader, or a disk that ignores case, would take for one of the human tests or helpers. */
import { dirname } from 'node:path/posix';

/**
 * `helper.js` beside `helper.ts`, `support.ts` beside `support/index.ts`, `Helper.ts` beside either, and a file or a link that has the
 * name of a folder but for case.
 * @param human paths of what must not be stood in for; they are shadows of each other too.
 */
export function shadowsOf(human: readonly string[]): (path: string) => boolean {
  const modules = new Set(human.flatMap((path) => namesOf(path)));
  const folders = new Set(human.flatMap((path) => foldersOf(folded(path))));
  return (path) => modules.has(stem(path)) || folders.has(folded(path));
}

/** What an import may call it. */
function namesOf(path: string): string[] {
  const name = stem(path);
  return name.endsWith('/index') ? [name, dirname(name)] : [name];
}

function stem(path: string): string {
  return folded(path).replace(/(\.d)?\.[cm]?[jt]sx?$|\.json$/, '');
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function foldersOf(path: string): string[] {
  const outer = dirname(path);
  return outer === '.' ? [] : [outer, ...foldersOf(outer)];
}
