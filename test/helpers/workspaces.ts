/** A cache of its own for a test file, real repositories in it, workspaces over them, and proof at the end that nothing of them is left. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type CommitSha, DEFAULT_LIMITS, DEFAULT_SETUP, type ExecResult, LonghaulError } from '#contracts';
import { type Host, openWorkspace, probeSandboxes, type SandboxFacts, type Workspace, type WorkspaceOptions } from '#workspace';
import { buildHistory, type CommitSpec, type GitRepository } from './git-repository.ts';

export const NO_SETUP: WorkspaceOptions['setup'] = { ...DEFAULT_SETUP, install: false };

/** What this machine has; looked at before anything is counted that must be gone afterwards. */
export const sandboxFacts = await lookAround();

/** Why the sandbox's tests cannot be made here; null where they can. Printed once per test file. */
export const noSandbox = sandboxFacts.backends.find(({ name }) => name === 'bubblewrap')?.reason ?? null;
if (noSandbox !== null) console.warn(`Tests of the sandbox are skipped: ${noSandbox}.`);

/** `with bubblewrap` and `without a sandbox`: what must hold in both. */
export const bothPlaces = noSandbox === null ? (['required', 'none'] as const) : (['none'] as const);

export type Changes = Partial<Omit<WorkspaceOptions, 'repository' | 'commit'>> & { at?: number };

export interface Workshop {
  readonly host: Host;
  /** An empty folder, made for the asking, gone after the file. */
  folder(): Promise<string>;
  repository(...specs: readonly CommitSpec[]): Promise<GitRepository>;
  /** A repository whose first commit holds the files of a folder of fixtures. */
  fixture(folder: string, ...later: readonly CommitSpec[]): Promise<GitRepository>;
  /** Opens a workspace at a commit of it, the first unless `at` says another. The caller closes it: `await using`. */
  open(of: GitRepository, changes?: Changes): Promise<Workspace>;
  /** Names in a room of the cache, such as `workspaces`. */
  room(name: string): Promise<string[]>;
}

/** Call once at the top of a test file. */
export function useWorkshop(): Workshop {
  let root = '';
  let childrenBefore: string[] = [];
  const workshop: Workshop = {
    get host() {
      return { environment: environmentOfTests(), cacheFolder: join(root, 'cache') };
    },
    folder: () => mkdtemp(join(root, 'folder-')),
    async repository(...specs) {
      return buildHistory(join(await workshop.folder(), 'origin.git'), specs);
    },
    async fixture(folder, ...later) {
      return workshop.repository({ files: await filesOf(folder), message: 'Base' }, ...later);
    },
    open({ repository, commits }, { at = 0, ...changes } = {}) {
      const commit = commits[at] as CommitSha;
      return openWorkspace(workshop.host, {
        repository,
        commit,
        environmentFrom: commit,
        setup: NO_SETUP,
        sandbox: 'none',
        limits: DEFAULT_LIMITS,
        ...changes,
      });
    },
    room: (name) => readdir(join(root, 'cache', name)).catch(() => []),
  };
  beforeAll(async () => {
    childrenBefore = childProcesses();
    root = await mkdtemp(join(tmpdir(), 'longhaul-workshop-'));
    await mkdir(join(root, 'cache'));
  });
  afterAll(async () => {
    const left = await workshop.room('workspaces');
    const unfinished = (await Promise.all(['installs', 'mirrors', 'trees', 'tools', 'repositories'].map(workshop.room))).flat();
    await rm(root, { recursive: true, force: true });
    expect(left, 'workspaces that are still open').toEqual([]);
    expect(unfinished.filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    expect(
      childProcesses().filter((child) => !childrenBefore.includes(child)),
      'processes that are still running',
    ).toEqual([]);
  });
  return workshop;
}

async function lookAround(): Promise<SandboxFacts> {
  const cache = await mkdtemp(join(tmpdir(), 'longhaul-look-'));
  try {
    return await probeSandboxes({ environment: environmentOfTests(), cacheFolder: cache }, ['bubblewrap']);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/** Environment of the test process, as the command line would read it. */
export function environmentOfTests(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** `<pid> <command line>` of what this process has started and not yet seen end. Nothing, where there is no /proc. */
export function childProcesses(): string[] {
  return runningProcesses()
    .filter(({ parent, state }) => parent === process.pid && state !== 'Z')
    .map(({ pid, command }) => `${pid} ${command}`);
}

/** Processes whose command line holds this word, wherever they hang in the tree. */
export function processesNaming(word: string): string[] {
  return runningProcesses()
    .filter(({ command, state }) => command.includes(word) && state !== 'Z')
    .map(({ command }) => command);
}

function runningProcesses() {
  const ids = (() => {
    try {
      return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    } catch {
      return [];
    }
  })();
  return ids.flatMap((id) => {
    try {
      const [state = '', parent = ''] = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(id), parent: Number(parent), state, command }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

/** All files below a folder, as a commit takes them. */
async function filesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)])));
}

/** The code of the error an operation ends with, and its words; fails when it does not end with one of ours. */
export async function refusal(operation: Promise<unknown>): Promise<{ code: string; message: string; retryable: boolean }> {
  const outcome = await operation.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error('the operation was expected to fail, and did not');
  if (!(outcome.error instanceof LonghaulError)) throw outcome.error;
  const { code, message, retryable } = outcome.error;
  return { code, message, retryable };
}

/** How a command ended and what it printed, without its time. */
export function ended({ ending, exitCode, output }: ExecResult): { ending: string; exitCode: number | null; output: string } {
  return { ending, exitCode, output };
}
