/** Knows imports of files that are there and that git ignores: clients and types that a build makes. */
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Finding } from '#contracts';

const EXTENSIONS = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.d.ts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '/index.d.ts',
];

/**
 * What git ignores is no part of the tree, here as at the base, so a new import of it leads nowhere in both. It is no broken import where the
 * file lies on the disk: then the finding is kept for the record, and says so.
 */
export function excuseIgnoredTargets(root: string, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => {
    const [importer, specifier] = finding.witness;
    if (finding.rule !== 'unresolved-import' || importer === undefined || specifier === undefined) return finding;
    const target = posix.join(posix.dirname(importer), specifier);
    if (!/^\.{1,2}\//.test(specifier) || target.startsWith('../')) return finding;
    const stems = [target, target.replace(/\.([cm]?)jsx?$/, '.$1ts')];
    if (!stems.some((stem) => EXTENSIONS.some((extension) => isFile(join(root, `${stem}${extension}`))))) return finding;
    return {
      ...finding,
      severity: 'record',
      message: `${importer} imports '${specifier}', which is there and which git ignores: whoever clones the repository has to make it first.`,
    };
  });
}

/** A folder without an index is no module. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
