/** The git binary, deaf to every configuration but our own. */

import { dirname } from 'node:path';
import { execa } from 'execa';
import { GitError, simpleGit } from 'simple-git';
import { LonghaulError } from '#contracts';
import type { Host } from '../host.ts';

/**
 * Configuration that outranks the repository's own: no hook, no file-system monitor, no conversion of content.
 * A repository that an agent has written to can therefore run nothing through the host's git.
 */
const PINNED_CONFIG: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.autocrlf', 'false'],
  ['core.quotePath', 'false'],
  ['protocol.ext.allow', 'never'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['init.defaultBranch', 'main'],
];

/** For `info/attributes`: content is stored and checked out byte for byte, whatever a repository's .gitattributes says. */
export const BYTE_FOR_BYTE = '* -text -eol -ident -filter -working-tree-encoding\n';

/** Lists of files and single blobs; nothing of a repository that is read this way is larger. */
const MAX_OUTPUT_CHARS = 256 * 1024 * 1024;

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Longhaul',
  GIT_AUTHOR_EMAIL: 'longhaul@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Longhaul',
  GIT_COMMITTER_EMAIL: 'longhaul@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

export interface GitPlace {
  host: Host;
  /** The repository's own folder: `.git`, or a bare repository. */
  gitDir: string;
  workTree?: string;
  indexFile?: string;
  signal?: AbortSignal;
  /** Identity and dates of commits, instead of our fixed ones. */
  identity?: { name: string; email: string; date: string };
  /**
   * True for a fetch from where the user's repositories live: the user's own git configuration then counts
   * (credentials, proxies, `insteadOf`). The repository fetched into is always one of ours.
   */
  asUser?: boolean;
}

/**
 * Runs one git command and returns what it printed.
 * Commits made through it have a fixed author and date, so that equal content gets an equal id on every machine.
 *
 * Straight through execa: simple-git waits 50 ms after every command that prints nothing, as most of these do,
 * and opening a workspace takes some twenty of them.
 * @throws E_GIT_FAILED with git's own words, E_DISK_FULL, E_NO_WRITE_PERMISSION
 */
export async function git(place: GitPlace, args: readonly string[]): Promise<string> {
  const { stdout, stderr, failed, message } = await execa('git', args, {
    cwd: place.workTree ?? dirname(place.gitDir),
    env: gitEnvironment(place),
    extendEnv: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_CHARS,
    reject: false,
    ...(place.signal && { cancelSignal: place.signal }),
  });
  place.signal?.throwIfAborted();
  if (failed) throw gitFailure(args, stderr.trim() || (message ?? 'it could not be started'));
  return stdout;
}

/** Fetches into one of our repositories, by simple-git. @throws as `git` does. */
export async function gitFetch(place: GitPlace, args: readonly string[]): Promise<void> {
  const environment = gitEnvironment(place);
  const client = simpleGit({
    baseDir: dirname(place.gitDir),
    ...(place.signal && { abort: place.signal }),
    // simple-git refuses these on the assumption that they come from a user; here they come from the lists in this file.
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
    },
    allowEnvironment: Object.keys(environment),
  }).env(environment);
  try {
    await client.fetch([...args]);
  } catch (error) {
    place.signal?.throwIfAborted();
    if (error instanceof GitError) throw gitFailure(['fetch'], error.message.trim(), error);
    throw error;
  }
}

function gitFailure([command]: readonly string[], words: string, cause?: Error): LonghaulError {
  const text = `git ${command}: ${words}`;
  if (/No space left on device/.test(words)) return new LonghaulError('E_DISK_FULL', text, { cause });
  if (/Permission denied|Read-only file system/.test(words) && !/publickey/.test(words))
    return new LonghaulError('E_NO_WRITE_PERMISSION', text, { cause });
  return new LonghaulError('E_GIT_FAILED', text, { cause });
}

function gitEnvironment(place: GitPlace): Record<string, string> {
  const identity = place.identity;
  return {
    ...(place.asUser
      ? userEnvironment(place.host.environment)
      : { PATH: place.host.environment.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
    ...IDENTITY,
    ...(identity && {
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_AUTHOR_DATE: identity.date,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
      GIT_COMMITTER_DATE: identity.date,
    }),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    GIT_DIR: place.gitDir,
    ...(place.workTree && { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile && { GIT_INDEX_FILE: place.indexFile }),
    GIT_CONFIG_COUNT: String(PINNED_CONFIG.length),
    ...Object.fromEntries(
      PINNED_CONFIG.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/**
 * What a fetch in the user's name needs. A list, because a `GIT_DIR` of the calling shell (a git hook, say)
 * would send our commands elsewhere.
 */
const USER_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_SSH_COMMAND|GIT_SSL_.*|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM|SSL_CERT_.*|(https?|no|all)_proxy)$/i;

function userEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => USER_VARIABLES.test(name)));
}

/** Null when there is no git. */
export async function gitVersion(host: Host): Promise<string | null> {
  const { installed, major, minor, patch } = await simpleGit({ baseDir: '/' })
    .env('PATH', host.environment.PATH ?? '')
    .version();
  return installed ? `${major}.${minor}.${patch}` : null;
}
