/** The texts of what differs between two trees. */
import type { FrozenTree } from '#workspace';
import type { ChangedFile } from './change.ts';

/** Above it a file is no source that a person wrote. */
const MAX_BYTES = 16 * 1024 * 1024;
const CODE = /\.[cm]?[jt]sx?$/;

/**
 * Files that are no text, such as images, are left out; code is text whatever it holds.
 * @returns sorted by path; `tooLarge` names files of code that were not read.
 */
export async function changedTexts(
  base: FrozenTree,
  head: FrozenTree,
  wanted: (path: string) => boolean = () => true,
): Promise<{ files: ChangedFile[]; tooLarge: string[] }> {
  const all = new Set([...base.files.keys(), ...head.files.keys()]);
  const paths = [...all].filter((path) => wanted(path) && differs(base, head, path)).sort();
  const isLarge = (path: string) => [base, head].some(({ files }) => (files.get(path)?.bytes ?? 0) > MAX_BYTES);
  const read = paths.filter((path) => !isLarge(path));
  const [before, after] = [await base.read(read), await head.read(read)];
  const files = read.flatMap((path): ChangedFile[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (!CODE.test(path) && [old, now].some((bytes) => bytes?.includes(0))) return [];
    return [{ path, before: textOf(old), after: textOf(now), link: head.files.get(path)?.mode === '120000' }];
  });
  return { files, tooLarge: paths.filter((path) => isLarge(path) && CODE.test(path)) };
}

/** A file that became a link to its own text has changed too. */
function differs(base: FrozenTree, head: FrozenTree, path: string): boolean {
  const [before, after] = [base.files.get(path), head.files.get(path)];
  return before?.oid !== after?.oid || (before?.mode === '120000') !== (after?.mode === '120000');
}

function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
