/** What an install depends on, as one name. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { major } from 'semver';
import type { NodeProgram } from '../node/node-program.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { ManagerProgram } from './manager-program.ts';
import { isMusl } from './platform.ts';

/** Path to mode and object id of every file of a commit. */
export type TreeFiles = ReadonlyMap<string, { mode: string; oid: string }>;

/** Raise it when the same inputs make another snapshot. */
const FORMAT = 3;

/** Files that decide what an install makes: manifests, lockfiles, settings, patches, and archives that come with the repository. */
const MANIFEST =
  /(^|\/)(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lockb?|\.npmrc|\.yarnrc\.yml)$|\.(patch|tgz)$|^\.yarn\/(cache|patches)\//;

export function snapshotKey(options: {
  /** What one repository has made the registry's packages look like, another must not get. */
  repository: string;
  files: TreeFiles;
  manifestTexts: readonly string[];
  program: Pick<ManagerProgram, 'manager' | 'version'>;
  node: NodeProgram;
  scripts: boolean;
  sandbox: Pick<Sandbox, 'isolation'>;
}): string {
  const { files, program, node, sandbox } = options;
  const folders = options.manifestTexts.flatMap(localFolders);
  const counts = (path: string) => MANIFEST.test(path) || folders.some((folder) => path.startsWith(`${folder}/`));
  const manifests = [...files].filter(([path]) => counts(path)).map(([path, { oid }]) => `${path} ${oid}`);
  const settings = [
    FORMAT,
    program.manager.name,
    program.version,
    `node ${major(node.version)}`,
    process.platform,
    process.arch,
    isMusl() ? 'musl' : 'libc',
    sandbox.isolation.sandbox,
    sandbox.isolation.sandbox,
    options.repository,
    options.scripts ? 'scripts' : 'no scripts',
  ];
  return createHash('sha256')
    .update([...settings, ...manifests.sort()].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** Folders of the repository whose content some managers copy into `node_modules`. */
function localFolders(text: string): string[] {
  const folders = [...text.matchAll(/\bfile:(?:\.\/)?([^"'\s,)}#]+)/g)].map(([, path = '']) => posix.normalize(path).replace(/\/$/, ''));
  return folders.filter((folder) => folder !== '.' && !folder.startsWith('..') && !folder.startsWith('/'));
}
