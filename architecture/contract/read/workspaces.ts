/** Reads what the manifests of a workspace say about its packages: what they publish, and what they depend on. */
import { posix } from 'node:path';
import { objectOf, type Plain, textOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

interface Manifest {
  path: string;
  folder: string;
  name: string | undefined;
  fields: Plain;
}

/** Manifests are no rules that somebody set up against erosion, so what breaks them is a warning. Source: Node.js, Modules: Packages. */
export async function readWorkspaces(files: RuleFiles): Promise<void> {
  const manifests = await Promise.all(
    files.named(/^package\.json$/).map(async (path): Promise<Manifest> => {
      const fields = objectOf(await files.loadQuietly(path));
      return { path, folder: posix.dirname(path), name: textOf(fields.name), fields };
    }),
  );
  const workspace = manifests.flatMap(({ name, folder }) => (name !== undefined && folder !== '.' ? [name] : []));
  for (const { path, folder, name, fields } of manifests) {
    if (name !== undefined && fields.exports !== undefined) {
      files.add({
        name: `exports of ${name}`,
        tool: 'package.json',
        source: path,
        severity: 'warn',
        pattern: { kind: 'package-entries', name, folder, entries: entriesOf(fields.exports) },
      });
    }
    // The root manifest serves all packages, and what it misses they may declare themselves.
    if (folder === '.' || workspace.length < 2) continue;
    const declared = Object.entries(fields).flatMap(([key, value]) => (key.endsWith('ependencies') ? Object.keys(objectOf(value)) : []));
    files.add({
      name: `dependencies of ${name ?? folder}`,
      tool: 'package.json',
      source: path,
      severity: 'warn',
      pattern: {
        kind: 'declared-packages',
        folder,
        declared: declared.filter((each) => workspace.includes(each)),
        workspace: workspace.filter((each) => each !== name),
      },
    });
  }
}

/** `exports` without keys that start with a dot speaks of the package's one entry. A target of null closes what a wider pattern opens. */
function entriesOf(exports: unknown): string[] {
  const entries = Object.entries(objectOf(exports)).filter(([key]) => key.startsWith('.'));
  if (entries.length === 0) return ['^\\.$'];
  const closed = entries.filter(([, target]) => target === null).map(([key]) => `(?!${entryRegex(key)}$)`);
  return entries.filter(([, target]) => target !== null).map(([key]) => `^${closed.join('')}${entryRegex(key)}$`);
}

/** A star of `exports` stands for any text, slashes too. */
function entryRegex(key: string): string {
  return key
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|/]/g, '\\$&'))
    .join('.*');
}
