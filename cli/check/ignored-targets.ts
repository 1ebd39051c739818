/** Knows imports of files that are there and that git ignores: clients and types that a build makes. */
import { posix } from 'node:path';
import type { Finding } from '#contracts';
import { listIgnored, type WorkingTree } from '#workspace/repository';

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
export async function excuseIgnoredTargets(tree: WorkingTree, findings: readonly Finding[]): Promise<Finding[]> {
  const candidates = new Map(findings.map((finding) => [finding, candidatesOf(finding)]));
  const ignored = new Set(await listIgnored(tree, [...new Set([...candidates.values()].flat())]));
  return findings.map((finding) => {
    if (!candidates.get(finding)?.some((path) => ignored.has(path))) return finding;
    const [importer, specifier] = finding.witness;
    return {
      ...finding,
      severity: 'record',
      message: `${importer} imports '${specifier}', which is there and which git ignores: whoever clones the repository has to make it first.`,
    };
  });
}

function candidatesOf({ rule, witness: [importer, specifier] }: Finding): string[] {
  if (rule !== 'unresolved-import' || importer === undefined || specifier === undefined || !/^\.{1,2}\//.test(specifier)) return [];
  const target = posix.join(posix.dirname(importer), specifier);
  if (target.startsWith('../')) return [];
  return [target, target.replace(/\.([cm]?)jsx?$/, '.$1ts')].flatMap((stem) => EXTENSIONS.map((extension) => `${stem}${extension}`));
}
