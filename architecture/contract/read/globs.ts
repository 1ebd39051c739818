/** Says what a glob means as a regular expression, so that rules of all tools are kept in one language. */
import picomatch from 'picomatch';
import type { PathTest } from '../declared-rules.ts';

interface GlobOptions {
  /** The folder the glob is seen from; `.` by default. */
  folder?: string;
  /** A glob without a slash speaks of files in every folder below. */
  anyDepth?: boolean;
  /** A glob that matches a folder speaks of all files in it too. */
  andBelow?: boolean;
  /** Each star is a group. */
  capture?: boolean;
}

/** Source of a regular expression, anchored at both ends. A leading `!` is the caller's concern. */
export function globToRegex(glob: string, { folder = '.', anyDepth = false, andBelow = false, capture = false }: GlobOptions = {}): string {
  const relative = glob.replace(/^(\.\/)+|^\/+/, '').replace(/\/$/, '/**');
  const pattern = anyDepth && !relative.includes('/') ? `**/${relative}` : relative;
  const prefix = folder === '.' ? '' : `${escapeRegex(folder)}/`;
  return `^${prefix}(?:${globBody(pattern, capture)})${andBelow ? '(?:/.*)?' : ''}$`;
}

/** The regular expression of a glob without its anchors: to be part of a larger one. */
export function globBody(glob: string, capture = false): string {
  return picomatch.makeRe(glob, { dot: true, capture }).source.replace(/^\^\(\?:(.*)\)\$$/s, '$1');
}

/** What a list of globs with `!` exceptions matches; undefined for an empty list. */
export function globsToTest(globs: readonly string[], options: GlobOptions = {}): PathTest | undefined {
  if (globs.length === 0) return undefined;
  const [excepted, meant] = [globs.filter((glob) => glob.startsWith('!')), globs.filter((glob) => !glob.startsWith('!'))];
  return {
    ...(meant.length > 0 ? { any: meant.map((glob) => globToRegex(glob, options)) } : {}),
    ...(excepted.length > 0 ? { none: excepted.map((glob) => globToRegex(glob.slice(1), options)) } : {}),
  };
}

/** Matches a folder and all below. */
export function folderToRegex(folder: string): string {
  return folder === '.' ? '^' : `^${escapeRegex(folder)}(?:/|$)`;
}

export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
