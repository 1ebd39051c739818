/** The files in which a tree states rules: by their content it is known, without reading them, whether a change states others. */
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeclaredRules } from '#architecture';

/** Path to content; null where there is no file. Manifests are left out: they change with every dependency. */
export type RuleFiles = Readonly<Record<string, string | null>>;

export async function fingerprintRules(folder: string, { rules, unread }: DeclaredRules): Promise<RuleFiles> {
  const stating = rules.filter(({ tool }) => tool !== 'package.json').map(({ source }) => source);
  return await fingerprint(folder, new Set([...stating, ...unread.map(({ path }) => path)]));
}

/** Whether a folder has other content in any of the files. */
export async function haveChanged(folder: string, files: RuleFiles): Promise<boolean> {
  const now = await fingerprint(folder, Object.keys(files));
  return Object.entries(files).some(([path, content]) => now[path] !== content);
}

async function fingerprint(folder: string, paths: Iterable<string>): Promise<RuleFiles> {
  const entries = [...paths].sort().map(async (path): Promise<[string, string | null]> => {
    const file = join(folder, path);
    const isFile = await lstat(file).then(
      (facts) => facts.isFile(),
      () => false,
    );
    return [
      path,
      isFile
        ? createHash('sha256')
            .update(await readFile(file))
            .digest('hex')
        : null,
    ];
  });
  return Object.fromEntries(await Promise.all(entries));
}
