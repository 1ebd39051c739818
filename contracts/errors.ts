/** The error catalogue: for each code what happened, what to do, and whether a retry can help. */

export interface CatalogueEntry {
  /** What happened, in general; a thrown error says it with the values at hand. */
  cause: string;
  /** What the user does about it. */
  action: string;
  /** Whether the same job may succeed later without anybody doing anything. */
  retryable: boolean;
}

export const ERROR_CATALOGUE = {
  E_USAGE: {
    cause: 'The command line asks for something that does not exist or does not fit together.',
    action: 'Run the command with --help.',
    retryable: false,
  },
  E_NODE_VERSION: {
    cause: 'This Node is too old to run Longhaul, and no newer one lies in node_modules.',
    action: 'Install Node 24 or newer, or run `npm ci` without --omit=optional.',
    retryable: false,
  },
  E_TASK_NOT_FOUND: {
    cause: 'No task folder with a task.json lies at the given path.',
    action: 'Give the path of a folder that holds task.json, or --repository with --commit and --reference.',
    retryable: false,
  },
  E_TASK_MALFORMED: {
    cause: 'A file of a task folder does not have the task format.',
    action: 'Correct the named field; fixtures/README.md describes the format.',
    retryable: false,
  },
  E_SCRIPT_MALFORMED: {
    cause: 'A model script does not have the script format, or has no turns for a milestone.',
    action: 'Correct the named field of the script.',
    retryable: false,
  },
  E_RUN_NOT_FOUND: {
    cause: 'The store has no run of this id.',
    action: 'Run `longhaul report` without an id to list the runs.',
    retryable: false,
  },
  E_REPOSITORY_UNREACHABLE: {
    cause: 'git could not fetch from the repository.',
    action: 'Check the path or URL, the network and your access to it.',
    retryable: false,
  },
  E_REPOSITORY_AUTH: {
    cause: 'The repository is not shown without credentials, or refuses the ones it was given.',
    action:
      'Set LONGHAUL_GIT_CREDENTIALS to https://user:token@host, or give git your access: a credential helper, an SSH agent, a known host key.',
    retryable: false,
  },
  E_REPOSITORY_INTERRUPTED: {
    cause: 'A transfer from the repository broke off, stood still or took too long.',
    action: 'Check the network and the server, and try again. Of a very large repository, make a clone yourself and give its path.',
    retryable: true,
  },
  E_REPOSITORY_INCOMPLETE: {
    cause: 'The repository lacks objects of its own history: it is a shallow or partial clone, a bundle of a part, or damaged.',
    action: 'Complete it there (`git fetch --unshallow`, `git fetch --refetch --no-filter`, `git fsck`), or give a full clone.',
    retryable: false,
  },
  E_REPOSITORY_UNSUPPORTED: {
    cause: 'The repository holds what cannot be laid out here: SHA-256 object ids, or a path that git or the disk refuses.',
    action: 'Use another commit or repository; for a path, one without `.git` in any spelling and shorter than 4,096 bytes.',
    retryable: false,
  },
  E_NO_WORKING_TREE: {
    cause: 'The path lies in no working tree of a git repository.',
    action: 'Give a folder of a clone; of a bare repository make a working tree first (`git worktree add`).',
    retryable: false,
  },
  E_BASE_UNKNOWN: {
    cause: 'There is no commit to compare the working tree with.',
    action: 'Name a branch, a tag or a commit with --base; in a shallow clone fetch the history first (`git fetch --unshallow`).',
    retryable: false,
  },
  E_TREE_UNREADABLE: {
    cause: 'The source files of a working tree, or of its base, brought their reader down or took it more than five minutes.',
    action: 'Look for a generated file with a chain of thousands of `else if`, `?:` or `=>`, and let git ignore it.',
    retryable: false,
  },
  E_SETTINGS_MALFORMED: {
    cause: "A repository's own settings for Longhaul do not have their format.",
    action: 'Correct the named field; docs/check.md describes the settings.',
    retryable: false,
  },
  E_COMMIT_UNKNOWN: {
    cause: 'The repository has no such commit.',
    action: 'Give a full commit id that `git cat-file -t` knows in that repository.',
    retryable: false,
  },
  E_COMMITS_OUT_OF_ORDER: {
    cause: 'A reference commit does not come after the commit before it.',
    action: 'Give commits of one branch, oldest first; others may lie between them.',
    retryable: false,
  },
  E_NO_HIDDEN_TESTS: {
    cause: 'A reference commit changes no test file, so nothing could judge the milestone.',
    action: 'Choose a commit that adds or changes tests.',
    retryable: false,
  },
  E_GIT_FAILED: {
    cause: 'A git command failed for a reason we do not know.',
    action: 'Read the message of git; run `longhaul doctor`.',
    retryable: true,
  },
  E_PATCH_REFUSED: {
    cause: 'A submission does not apply to the base commit of its task, or changes what no commit may hold.',
    action: 'Make it anew with `git diff --binary --full-index` against that base commit.',
    retryable: false,
  },
  E_CASE_MALFORMED: {
    cause: 'A case of a corpus with known answers does not have its format.',
    action: 'Correct the named field; the README beside the corpus describes the format.',
    retryable: false,
  },
  E_SUBMISSION_TOO_LARGE: {
    cause: 'What an agent has changed makes a patch of more than 512 MiB, which is no answer to any request.',
    action: 'Read the trajectory for what the agent wrote or removed; nothing of Longhaul is broken.',
    retryable: false,
  },
  E_INSTALL_FAILED: {
    cause: 'The package manager could not install the locked dependencies.',
    action: 'Read the end of its output; check that the lockfile fits package.json and the registry is reachable.',
    retryable: true,
  },
  E_PACKAGE_MANAGER_UNSUPPORTED: {
    cause: 'The registry has no package manager of the kind and version that the repository needs, for this platform.',
    action: 'Run on another platform, or use a commit that is locked by npm, pnpm, yarn or bun.',
    retryable: false,
  },
  E_NODE_UNAVAILABLE: {
    cause: 'No Node that the commit asks for can be had from the registry, or none runs on this machine.',
    action: 'Name another in the setup of the task (`node`), or run on another platform.',
    retryable: false,
  },
  E_MANIFEST_MALFORMED: {
    cause: 'The package.json of a commit cannot be read.',
    action: 'Choose a commit whose package.json is JSON.',
    retryable: false,
  },
  E_DEPENDENCY_OUTSIDE_REGISTRY: {
    cause: 'The dependencies of a commit include git repositories or archives of a forge, which may be gone or changed tomorrow.',
    action: 'Choose a commit whose dependencies all come from a registry, or turn the install off in the setup of the task.',
    retryable: false,
  },
  E_REGISTRY_DENIED: {
    cause: 'A package registry wants credentials, or does not accept those it got.',
    action: 'Set LONGHAUL_NPM_CREDENTIALS to `https://:token@host` for the worker that installs.',
    retryable: false,
  },
  E_REGISTRY_UNREACHABLE: {
    cause: 'A package registry does not answer.',
    action: 'Check the network, and the proxy and registry settings of the worker that installs.',
    retryable: true,
  },
  E_CACHE_DAMAGED: {
    cause: 'Something else has changed the cache while it was in use.',
    action: 'Let the running trials end, then try again: damaged entries are made anew.',
    retryable: true,
  },
  E_SANDBOX_UNAVAILABLE: {
    cause: 'Foreign code would run, and no sandbox works on this machine.',
    action: 'Install bubblewrap, podman or docker, or accept the risk with --unsafe-no-sandbox; `longhaul doctor` prints the command.',
    retryable: false,
  },
  E_SANDBOX_BROKEN: {
    cause: 'A sandbox that worked when it was opened could not start a command.',
    action: 'Try again; if it stays so, `longhaul doctor` shows what has changed.',
    retryable: true,
  },
  E_WORKSPACE_PATH: {
    cause: 'A path names no file of the workspace, or leads outside it.',
    action: 'Use a path relative to the repository.',
    retryable: false,
  },
  E_DATABASE_UNREACHABLE: {
    cause: 'PostgreSQL does not answer.',
    action: 'Check DATABASE_URL, or unset it to use the embedded server.',
    retryable: true,
  },
  E_DATABASE_UNSUPPORTED: {
    cause: 'No embedded PostgreSQL exists for this platform, or npm did not install it.',
    action: 'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL 14 or newer.',
    retryable: false,
  },
  E_DATABASE_START_FAILED: {
    cause: 'The embedded PostgreSQL did not start.',
    action: 'Read the named log; `longhaul stop` and try again, or set DATABASE_URL.',
    retryable: false,
  },
  E_DATABASE_NEWER: {
    cause: 'The database was migrated by a newer Longhaul.',
    action: 'Use that newer version, or another database.',
    retryable: false,
  },
  E_QUEUE_UNREACHABLE: {
    cause: 'The queue backend does not answer.',
    action: 'Check REDIS_URL, or unset it to queue in PostgreSQL.',
    retryable: true,
  },
  E_PORT_IN_USE: {
    cause: 'Another program listens on the port the embedded PostgreSQL was told to use.',
    action: 'Stop that program, or set LONGHAUL_DATABASE_PORT to a free port, or unset it.',
    retryable: false,
  },
  E_DISK_FULL: {
    cause: 'No space is left on the disk.',
    action: 'Free some space, or move LONGHAUL_STATE_DIR and LONGHAUL_CACHE_DIR to a larger disk.',
    retryable: false,
  },
  E_NO_WRITE_PERMISSION: {
    cause: 'A folder that Longhaul needs cannot be written.',
    action: 'Correct its owner and permissions, or choose another by LONGHAUL_STATE_DIR or LONGHAUL_CACHE_DIR.',
    retryable: false,
  },
  E_FOLDER_UNREACHABLE: {
    cause: 'PostgreSQL refuses to run as root, and the user it runs as instead cannot enter the state folder.',
    action: 'Set LONGHAUL_STATE_DIR to a folder whose parents everybody may enter (mode 755), such as /var/lib/longhaul.',
    retryable: false,
  },
  E_ARTIFACT_MISSING: {
    cause: 'A stored result names an artifact that is not in the store.',
    action: 'Restore the artifacts folder beside the database; the two belong together.',
    retryable: false,
  },
  E_FENCED: {
    cause: 'Another worker has taken this trial over, so this one may no longer write.',
    action: 'Nothing: the trial goes on elsewhere.',
    retryable: false,
  },
  E_WORKER_LOST: {
    cause: 'No worker works on the run any more.',
    action: 'Start one with `longhaul worker`; finished milestones are kept.',
    retryable: true,
  },
  E_INTERNAL: {
    cause: 'Longhaul met a case its authors had not thought of.',
    action: 'Report it with the stack trace (set LONGHAUL_DEBUG=1 to see it).',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** A broken world: something Longhaul needs is not as it must be. Outcomes of judged work are never errors. */
export class LonghaulError extends Error {
  readonly code: ErrorCode;
  /** What the user does about it, in this case. */
  readonly action: string;
  readonly retryable: boolean;

  /** @param message what happened, with the place and the received value. @param options.action when the catalogue's advice can be sharpened. */
  constructor(code: ErrorCode, message: string, options: { action?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'LonghaulError';
    this.code = code;
    this.action = options.action ?? ERROR_CATALOGUE[code].action;
    this.retryable = ERROR_CATALOGUE[code].retryable;
  }

  /**
   * Any thrown value as one of ours: a full disk and a refused write get their own code, whatever wrote.
   * @param place what was being done, for the message: "writing the install cache".
   */
  static from(error: unknown, place: string): LonghaulError {
    if (error instanceof LonghaulError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const errno = error instanceof Error && 'code' in error ? error.code : undefined;
    if (errno === 'ENOSPC' || errno === 'EDQUOT' || /No space left on device|ENOSPC/.test(message)) {
      return new LonghaulError('E_DISK_FULL', `${place}: ${message}`, { cause: error });
    }
    // A folder that cannot be made although its parent is there: below /proc, say, or below a file.
    const isUnmakeable = error instanceof Error && 'syscall' in error && error.syscall === 'mkdir';
    if (isUnmakeable || errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
      return new LonghaulError('E_NO_WRITE_PERMISSION', `${place}: ${message}`, { cause: error });
    }
    return new LonghaulError('E_INTERNAL', `${place}: ${message}`, { cause: error });
  }
}
