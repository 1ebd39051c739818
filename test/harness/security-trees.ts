/** Changes for these tests: files before and after, by path. */
import { findSecurityFindings, type ReadTree, type SubmittedChange } from '#harness';

export type Files = Record<string, string | Uint8Array>;

export function changeOf(before: Files, after: Files): SubmittedChange {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return { base: treeOf(before), head: treeOf(after), changed: paths.filter((path) => before[path] !== after[path]) };
}

/** Severity, id and line of what was found, gates first. */
export async function headlines(before: Files, after: Files): Promise<string[]> {
  const { findings } = await findSecurityFindings(changeOf(before, after));
  return findings.map(({ severity, id, place }) => `${severity} ${id}${place.line === undefined ? '' : ` at line ${place.line}`}`);
}

function treeOf(files: Files): ReadTree {
  return {
    paths: Object.keys(files),
    read: async (path) => {
      const content = files[path];
      return typeof content === 'string' ? new TextEncoder().encode(content) : (content ?? null);
    },
  };
}
