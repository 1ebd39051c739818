/** Real git repositories out of files as they are written down here, byte for byte, with the same commit ids on every machine. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommitSha } from '#contracts';

/** What a commit makes of a path: text or bytes, a program, a symbolic link; null deletes it. */
export type Content = string | Uint8Array | { program: string } | { link: string } | { submodule: string } | null;

export interface CommitSpec {
  /** Changes against the commit before it. */
  files: Readonly<Record<string, Content>>;
  message?: string;
  /** Lightweight tags on it. */
  tags?: readonly string[];
  /** The branch it is made on; `main` unless named. Another branch begins where `main` stands. */
  branch?: string;
}

export interface GitRepository {
  /** A bare repository. */
  readonly repository: string;
  /** One per spec, in order. */
  readonly commits: readonly CommitSha[];
}

const AUTHOR = 'Longhaul tests <tests@longhaul.invalid>';
const FIRST_DAY = Date.UTC(2025, 0, 6, 9) / 1000;
const DAY = 86_400;

/** Makes a repository, or, where one lies already, replaces its history by this one. By `git fast-import`: nothing converts content on the way. */
export function buildHistory(repository: string, specs: readonly CommitSpec[]): GitRepository {
  mkdirSync(repository, { recursive: true });
  gitOf(repository, ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const parts: (string | Uint8Array)[] = [];
  const begun = new Set<string>();
  specs.forEach(({ files, message = `Day ${specs.length}`, tags = [], branch = 'main' }, index) => {
    const mark = index + 1;
    parts.push(`commit refs/heads/${branch}\nmark :${mark}\n`);
    for (const role of ['author', 'committer']) parts.push(`${role} ${AUTHOR} ${FIRST_DAY + index * DAY} +0000\n`);
    parts.push(data(message));
    if (branch !== 'main' && !begun.has(branch) && index > 0) parts.push('from refs/heads/main\n');
    begun.add(branch);
    for (const [path, content] of Object.entries(files)) parts.push(...change(path, content));
    parts.push('\n');
    for (const tag of tags) parts.push(`reset refs/tags/${tag}\nfrom :${mark}\n\n`);
  });
  const marks = join(repository, 'marks');
  gitOf(
    repository,
    ['fast-import', '--quiet', '--force', `--export-marks=${marks}`],
    Buffer.concat(parts.map((part) => Buffer.from(part))),
  );
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.slice(1).split(' ') as [string, string]),
  );
  return { repository, commits: specs.map((_, index) => CommitSha.parse(ids.get(String(index + 1)))) };
}

function change(path: string, content: Content): (string | Uint8Array)[] {
  const name = `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  if (content === null) return [`D ${name}\n`];
  if (typeof content === 'string' || content instanceof Uint8Array) return [`M 100644 inline ${name}\n`, data(content)];
  if ('program' in content) return [`M 100755 inline ${name}\n`, data(content.program)];
  if ('link' in content) return [`M 120000 inline ${name}\n`, data(content.link)];
  return [`M 160000 ${content.submodule} ${name}\n`];
}

function data(content: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

const PERSON = {
  GIT_AUTHOR_NAME: 'Longhaul tests',
  GIT_AUTHOR_EMAIL: 'tests@longhaul.invalid',
  GIT_COMMITTER_NAME: 'Longhaul tests',
  GIT_COMMITTER_EMAIL: 'tests@longhaul.invalid',
};

/** A clone with a working tree of a repository that was built, as a user makes one. @param options of `git clone`. @returns its folder. */
export function cloneOf(repository: string, folder: string, ...options: string[]): string {
  gitOf(repository, ['clone', '--quiet', ...options, `file://${repository}`, folder]);
  return folder;
}

/** Asks git about a repository, with nobody's configuration. @throws what git says when it fails. */
export function gitOf(gitDir: string, args: readonly string[], input?: Uint8Array | string): string {
  return execFileSync('git', args, {
    cwd: gitDir,
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_DIR: gitDir,
      ...PERSON,
    },
    encoding: 'utf8',
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...(input !== undefined && { input }),
  });
}
