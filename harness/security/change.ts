/** What a submission changed, as two trees to read. */
import { type Area, areaOf } from './area.ts';

/** Paths are relative to the repository, with forward slashes. Who reads a tree decides where its bytes come from: a folder, or a commit's blobs. */
export interface ReadTree {
  /** Every file. */
  readonly paths: readonly string[];
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
}

export interface SubmittedChange {
  base: ReadTree;
  head: ReadTree;
  /** Every path that was added, deleted or whose content differs; a move is one of each. */
  changed: readonly string[];
}

/** Text before and after; null where there is no such file, or one that is not text. */
export interface ChangedFile {
  path: string;
  area: Area;
  before: string | null;
  after: string | null;
}

/** A file that could have held something, and was not understood. `environment`: one of the base, for which the submission cannot be blamed. */
export interface Unread {
  path: string;
  reason: string;
  fault: 'agent' | 'environment';
}

/** Above it a file is no source that a person wrote or reviews; lockfiles of large monorepos reach 5 MB. */
export const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads one file as text. Bytes that are no UTF-8 become U+FFFD, as Node's loader makes of them too.
 * @returns null for what is missing or, by a zero byte, not text
 */
export async function readText(tree: ReadTree, path: string): Promise<string | null | Unread> {
  const bytes = await tree.read(path);
  if (bytes === null) return null;
  if (bytes.length > MAX_BYTES) return { path, reason: `larger than ${MAX_BYTES / 1024 / 1024} MB`, fault: 'agent' };
  return bytes.includes(0) ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export async function readChangedFiles(change: SubmittedChange): Promise<{ files: ChangedFile[]; unread: Unread[] }> {
  const files: ChangedFile[] = [];
  const unread: Unread[] = [];
  for (const path of [...change.changed].sort()) {
    const before = await readText(change.base, path);
    const after = await readText(change.head, path);
    if (isUnread(after)) unread.push(after);
    files.push({ path, area: areaOf(path), before: isUnread(before) ? null : before, after: isUnread(after) ? null : after });
  }
  return { files, unread };
}

export function isUnread(text: string | null | Unread): text is Unread {
  return text !== null && typeof text === 'object';
}
