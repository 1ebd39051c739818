/** The git binary, deaf to every configuration but our own. */
import { dirname } from 'node:path';
import { execa } from 'execa';
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
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['init.defaultBranch', 'main'],
];

/** For `info/attributes`: content is stored and checked out byte for byte, whatever a repository's .gitattributes says. */
export const BYTE_FOR_BYTE = '* -text -eol -ident -filter -working-tree-encoding\n';

/** Lists of files and single blobs; nothing of a repository that is read this way is larger. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** For repositories that live as long as one workspace: waiting for the disk would protect what a crash throws away anyhow. */
const TRANSIENT_CONFIG = [['core.fsync', 'none']] as const;

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
  /** True for a repository that is thrown away with its workspace. */
  transient?: boolean;
  /** The user's own configuration counts below our pinned one: what they ignore everywhere, say. */
  heedsUser?: boolean;
}

/**
 * Runs one git command and returns what it printed.
 * Commits made through it have a fixed author and date, so that equal content gets an equal id on every machine.
 *
 * Straight through execa: simple-git waits 50 ms after every command that prints nothing, as most of these do.
 * @param input what the command reads from its standard input.
 * @throws E_GIT_FAILED with git's own words, E_DISK_FULL, E_NO_WRITE_PERMISSION
 */
export async function git(place: GitPlace, args: readonly string[], input?: string | Uint8Array): Promise<string> {
  return (await gitBytes(place, args, input)).toString();
}

/** As `git`, for output that need not be UTF-8, such as paths. */
export async function gitBytes(place: GitPlace, args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
  const { stdout, stderr, failed, message } = await execa('git', args, {
    ...gitProgram(place),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    encoding: 'buffer',
    maxBuffer: MAX_OUTPUT_BYTES,
    reject: false,
    killDescendants: true,
    ...(place.signal && { cancelSignal: place.signal }),
  });
  place.signal?.throwIfAborted();
  if (failed) throw gitFailure(args, Buffer.from(stderr).toString().trim() || (message ?? 'it could not be started'));
  return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
}

/** Where and with what environment git is started; for commands whose output is no text. */
export function gitProgram(place: GitPlace): { cwd: string; env: Record<string, string>; extendEnv: false; stripFinalNewline: false } {
  return { cwd: place.workTree ?? dirname(place.gitDir), env: plumbingEnvironment(place), extendEnv: false, stripFinalNewline: false };
}

/** What a failed command said, with the code that tells the user what to do. */
export function gitFailure([command]: readonly string[], words: string): LonghaulError {
  const text = `git ${command}: ${withoutUserinfo(words)}`;
  // git does not say why a file that it could open could not be written; room is what it lacks.
  if (/No space left on device|Disk quota exceeded|Out of diskspace|unable to write file/.test(words))
    return new LonghaulError('E_DISK_FULL', text);
  if (/Permission denied|Read-only file system/.test(words)) return new LonghaulError('E_NO_WRITE_PERMISSION', text);
  return new LonghaulError('E_GIT_FAILED', text);
}

/** git repeats the addresses it was given, and those that the user's `insteadOf` made of them, tokens included. */
export function withoutUserinfo(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]*@/gi, '$1');
}

function plumbingEnvironment(place: GitPlace): Record<string, string> {
  const identity = place.identity;
  return {
    PATH: place.host.environment.PATH ?? '',
    ...(place.heedsUser ? configurationOfUser(place.host) : NO_CONFIGURATION),
    ...IDENTITY,
    ...(identity && {
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_AUTHOR_DATE: identity.date,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
      GIT_COMMITTER_DATE: identity.date,
    }),
    ...commonEnvironment(place.gitDir, place.transient ? TRANSIENT_CONFIG : []),
    ...(place.workTree && { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile && { GIT_INDEX_FILE: place.indexFile }),
  };
}

const NO_CONFIGURATION = { HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

function configurationOfUser({ environment }: Host): Record<string, string> {
  const names = ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

/** For questions about a folder of which nobody knows yet whether a repository holds it. Whose it is does not matter: it can start no program. */
export function discoveryEnvironment({ environment }: Host): Record<string, string> {
  const { GIT_DIR: _unset, ...common } = commonEnvironment('', [['safe.directory', '*']]);
  return { PATH: environment.PATH ?? '', ...NO_CONFIGURATION, ...common };
}

/** @param config on top of the pinned one; like that one it outranks every file. */
export function commonEnvironment(gitDir: string, config: readonly (readonly [string, string])[]): Record<string, string> {
  const settings = [...PINNED_CONFIG, ...config];
  return {
    LC_ALL: 'C',
    GIT_DIR: gitDir,
    GIT_TERMINAL_PROMPT: '0',
    // A repository that lacks objects must not send git elsewhere for them.
    GIT_NO_LAZY_FETCH: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
