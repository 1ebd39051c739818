/** Reads what the manifests of a workspace say about its packages: what they publish, and what they depend on. */
import { posix } from 'node:path';
import { withinTime } from '../within-time.ts';
import { globsToTest } from './globs.ts';
import { objectOf, type Plain, textOf, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

interface Manifest {
  path: string;
  folder: string;
  name: string | undefined;
  fields: Plain;
}

/** Manifests are no rules that somebody set up against erosion, so what breaks them is a warning. Source: Node.js, Modules: Packages. */
export async function readWorkspaces(files: RuleFiles): Promise<void> {
  const paths = files.named(/^package\.json$/);
  const members = await membersOf(files, paths.map(posix.dirname));
  const manifests = paths.flatMap((path): Manifest[] => {
    const folder = posix.dirname(path);
    if (folder !== '.' && !members.has(folder)) return [];
    const fields = objectOf(files.loadQuietly(path));
    return [{ path, folder, name: textOf(fields.name), fields }];
  });
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

/** A repository's own globs may take for ever; real ones need a millisecond. */
const GLOBS_TIMEOUT_MS = 500;

/** The folders that are packages of the workspace, by the globs of the root manifest or of pnpm. A manifest elsewhere is a fixture or a template. */
async function membersOf(files: RuleFiles, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const stated = objectOf(files.loadQuietly('package.json')).workspaces;
  const pnpm = files.paths.has('pnpm-workspace.yaml') ? objectOf(await files.load('pnpm-workspace.yaml', 'package.json')).packages : [];
  const globs = [...textsOf(Array.isArray(stated) ? stated : objectOf(stated).packages), ...textsOf(pnpm)];
  const test = globsToTest(globs.filter((glob) => glob !== '.'));
  if (!test) return new Set();
  const { any = [], none = [] } = test;
  const matches = (patterns: readonly RegExp[], folder: string) => patterns.some((pattern) => pattern.test(folder));
  const [wanted, refused] = [any, none].map((sources) => sources.map((source) => new RegExp(source))) as [RegExp[], RegExp[]];
  const found = withinTime(GLOBS_TIMEOUT_MS, () => folders.filter((folder) => matches(wanted, folder) && !matches(refused, folder)));
  if (!found) files.unread({ path: 'package.json', tool: 'package.json', reason: 'the globs of its workspaces take too long' });
  return new Set(found?.result);
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
