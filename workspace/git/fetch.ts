/** A fetch in the user's name: from where the user's repositories live, into one of ours, never with a question. */
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { LonghaulError } from '#contracts';
import type { Host } from '../host.ts';
import { commonEnvironment, gitFailure, withoutUserinfo } from './git.ts';
import { credentialHandover } from './git-credentials.ts';
import { assertSource } from './repository-source.ts';

const TRIES = 3;
const PAUSE_MS = 1000;
/** For all tries together: a first fetch of the largest repositories over a slow line takes most of it. */
const WHOLE_FETCH_MS = 60 * 60_000;

const FETCH_CONFIG = [
  // A server that is alive sends at least a sign of life every five seconds (git-config(1), uploadpack.keepAlive).
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  ['http.followRedirects', 'initial'],
  // Always a pack, never loose objects: a pack is moved into the mirror as a whole.
  ['fetch.unpackLimit', '1'],
] as const;

const FETCH_OPTIONS = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--prune'];

export interface FetchOptions {
  /** The repository of ours that is fetched into. */
  gitDir: string;
  repository: string;
  refspecs: readonly string[];
  signal?: AbortSignal;
}

/**
 * The user's own git configuration counts here (credential helpers, proxies, `insteadOf`), and nowhere else. A transfer that broke off is tried again.
 * @throws E_REPOSITORY_UNREACHABLE, E_REPOSITORY_AUTH, E_REPOSITORY_INTERRUPTED, E_REPOSITORY_INCOMPLETE, E_REPOSITORY_UNSUPPORTED,
 * E_COMMIT_UNKNOWN when a refspec names what the repository does not have, E_USAGE, E_DISK_FULL, E_NO_WRITE_PERMISSION
 */
export async function fetchAsUser(host: Host, options: FetchOptions): Promise<void> {
  await assertSource(options.repository);
  const deadline = performance.now() + WHOLE_FETCH_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetchOnce(host, options, Math.max(1, Math.ceil(deadline - performance.now())));
    } catch (error) {
      const mayPass = error instanceof LonghaulError && error.code === 'E_REPOSITORY_INTERRUPTED';
      if (!mayPass || tries === TRIES || performance.now() > deadline) throw error;
      await setTimeout(tries * PAUSE_MS, undefined, options.signal && { signal: options.signal });
    }
  }
}

async function fetchOnce(host: Host, { gitDir, repository, refspecs, signal }: FetchOptions, timeoutMs: number): Promise<void> {
  const credentials = credentialHandover(host);
  const environment = {
    ...userEnvironment(host.environment),
    ...commonEnvironment(gitDir, [...FETCH_CONFIG, ...credentials.config]),
    ...credentials.environment,
    ...NO_QUESTIONS,
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  };
  const { failed, timedOut, stderr, message } = await execa('git', ['fetch', ...FETCH_OPTIONS, '--', repository, ...refspecs], {
    cwd: dirname(gitDir),
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    // git does not take the programs that transfer for it along. Leading a group also parts it from the terminal, where ssh would ask.
    killDescendants: true,
    killSignal: 'SIGKILL',
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (timedOut) throw new LonghaulError('E_REPOSITORY_INTERRUPTED', `Fetching from ${withoutUserinfo(repository)} took more than an hour.`);
  // git only warns of a shallow clone: it brings the commit, and leaves out the branch because the history has no beginning.
  if (failed || SHALLOW.test(stderr)) throw fetchFailure(repository, stderr.trim() || (message ?? 'it could not be started'));
}

/** No terminal, no window: a worker that waits for an answer would wait for ever. ssh asks the program `false`, which has none. */
const NO_QUESTIONS = {
  GIT_ASKPASS: '',
  SSH_ASKPASS: 'false',
  SSH_ASKPASS_REQUIRE: 'force',
  GCM_INTERACTIVE: 'never',
};

/**
 * What a fetch in the user's name needs. A list, because a `GIT_DIR` of the calling shell (a git hook, say)
 * would send our commands elsewhere.
 */
const USER_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_SSH|GIT_SSH_VARIANT|GIT_SSH_COMMAND|GIT_SSL_.*|GIT_HTTP_LOW_SPEED_(LIMIT|TIME)|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM|SSL_CERT_.*|(https?|no|all)_proxy)$/i;

function userEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => USER_VARIABLES.test(name)));
}

const SHALLOW = /shallow update not allowed|source repository is shallow|shallow roots are not allowed/;

/** git's words for each kind of failure; the first that fits counts, because a broken repository also breaks the transfer off. */
const FAILURES = [
  [
    'E_REPOSITORY_AUTH',
    /could not read (Username|Password)|Authentication failed|returned error: (401|403|407)|Permission denied \(|Permission denied, please|Host key verification failed/,
  ],
  ['E_COMMIT_UNKNOWN', /not our ref|unadvertised object|couldn't find remote ref|no such remote ref/],
  ['E_REPOSITORY_UNSUPPORTED', /mismatched algorithms|unknown object format|unsupported hash algorithm/i],
  ['E_REPOSITORY_INCOMPLETE', SHALLOW],
  [
    'E_REPOSITORY_INCOMPLETE',
    /possible repository corruption|(missing|bad) (blob|tree|commit|object)|promisor|did not send all necessary objects|unable to (read|find) [0-9a-f]{40}|[Cc]ould not read [0-9a-f]{40}|lacks these prerequisite commits|object .* is corrupt/,
  ],
  [
    'E_REPOSITORY_INTERRUPTED',
    /RPC failed|early EOF|unexpected disconnect|hung up unexpectedly|Connection reset|timed out|Operation too slow|transfer closed|index-pack (failed|died)|pack is corrupted|invalid index-pack output|returned error: (429|5\d\d)|Empty reply/,
  ],
] as const;

function fetchFailure(repository: string, words: string): LonghaulError {
  const general = gitFailure(['fetch'], words);
  const code = FAILURES.find(([, pattern]) => pattern.test(words))?.[0];
  if (general.code === 'E_DISK_FULL' || (general.code === 'E_NO_WRITE_PERMISSION' && code === undefined)) return general;
  return new LonghaulError(code ?? 'E_REPOSITORY_UNREACHABLE', `Cannot fetch from ${withoutUserinfo(repository)}: ${general.message}`);
}
