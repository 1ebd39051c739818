/** Everything that may be named as a repository, whole or not. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CommitSha } from '#contracts';
import { openMirror, resolveCommit } from '#workspace';
import { buildHistory, type GitRepository, gitOf } from '../helpers/git-repository.ts';
import { serveRepository } from '../helpers/git-server.ts';
import { refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
let library: GitRepository;
beforeAll(async () => {
  library = await workshop.repository(
    { files: { 'shelf.txt': 'empty\n' }, message: 'Build the shelf', tags: ['v1'] },
    { files: { 'shelf.txt': 'full\n', 'cover.bin': randomBytes(5000) }, message: 'Fill it' },
  );
});

/** git as a person uses it, in a folder that has a work tree. */
function run(folder: string, ...args: string[]): void {
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main'];
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', [...person, ...args], { cwd: folder, stdio: 'pipe', env });
}

function clone(origin: string, folder: string): string {
  run('/', 'clone', '-q', origin, folder);
  return folder;
}

describe('opens from', () => {
  test.each([
    ['a bare repository', async (origin: string) => origin],
    ['a file:// URL', async (origin: string) => `file://${origin}`],
    ['a clone with a work tree', async (origin: string, folder: string) => clone(origin, join(folder, 'clone'))],
    [
      'another work tree of a clone',
      async (origin: string, folder: string) => {
        run(folder, 'clone', '-q', origin, 'clone');
        run(join(folder, 'clone'), 'worktree', 'add', '-q', '--detach', '../tree', 'HEAD');
        return join(folder, 'tree');
      },
    ],
    [
      'the checkout of a submodule',
      async (origin: string, folder: string) => {
        run(folder, 'init', '-q', 'outer');
        run(join(folder, 'outer'), 'submodule', '--quiet', 'add', origin, 'inner');
        return join(folder, 'outer/inner');
      },
    ],
    [
      'a bundle',
      async (origin: string, folder: string) => {
        gitOf(origin, ['bundle', 'create', '--quiet', join(folder, 'library.bundle'), '--all']);
        return join(folder, 'library.bundle');
      },
    ],
    ['a folder whose name has a colon', async (origin: string, folder: string) => clone(origin, join(folder, 'a:b.git'))],
  ])('%s', async (_, make) => {
    const repository = await make(library.repository, await workshop.folder());
    expect(await resolveCommit(workshop.host, repository, 'HEAD')).toBe(library.commits[1]);
    await using workspace = await workshop.open({ repository, commits: library.commits }, { at: 1 });
    expect(await workspace.readFile('shelf.txt')).toBe('full\n');
  });

  test('an address over HTTP', async () => {
    await using server = await serveRepository(library.repository);
    expect(await resolveCommit(workshop.host, server.url, 'HEAD~1')).toBe(library.commits[0]);
    await using workspace = await workshop.open({ repository: server.url, commits: library.commits });
    expect(await workspace.readFile('shelf.txt')).toBe('empty\n');
  });
});

test('a mirror asks a server only for what is new', async () => {
  const growing = await workshop.repository({ files: { 'a.bin': randomBytes(50_000) } });
  await using server = await serveRepository(growing.repository);
  const mirror = await openMirror(workshop.host, server.url, growing.commits);
  const tree = gitOf(growing.repository, ['rev-parse', 'main^{tree}']).trim();
  const later = CommitSha.parse(gitOf(growing.repository, ['commit-tree', '-p', 'main', '-m', 'Later', tree]).trim());
  gitOf(growing.repository, ['update-ref', 'refs/heads/main', later]);
  await openMirror(workshop.host, server.url, [later]);
  const packs = (await readdir(join(mirror, 'objects/pack'))).filter((name) => name.endsWith('.idx'));
  const counts = packs.map(
    (name) => gitOf(mirror, ['verify-pack', '-v', join(mirror, 'objects/pack', name)]).match(/ (commit|tree|blob) /g)?.length,
  );
  expect(counts.sort()).toEqual([1, 3]);
});

test('a clone that has no branch yet', async () => {
  const repository = join(await workshop.folder(), 'empty.git');
  await mkdir(repository);
  gitOf(repository, ['init', '--quiet', '--bare', repository]);
  expect(await refusal(resolveCommit(workshop.host, repository, 'main'))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
  expect(await refusal(resolveCommit(workshop.host, repository, 'HEAD'))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
});

describe('a repository that is not whole', () => {
  const incomplete = { code: 'E_REPOSITORY_INCOMPLETE', retryable: false };

  test('a shallow clone', async () => {
    const folder = await workshop.folder();
    run(folder, 'clone', '-q', '--depth', '1', `file://${library.repository}`, 'shallow');
    expect(await refusal(openMirror(workshop.host, join(folder, 'shallow'), [library.commits[1] as CommitSha]))).toMatchObject(incomplete);
  });

  test('a partial clone is not completed behind the back of its owner', async () => {
    const folder = await workshop.folder();
    gitOf(library.repository, ['config', 'uploadpack.allowFilter', 'true']);
    run(folder, 'clone', '-q', '--bare', '--filter=blob:none', `file://${library.repository}`, 'partial.git');
    expect(await refusal(openMirror(workshop.host, join(folder, 'partial.git'), library.commits))).toMatchObject(incomplete);
  });

  test('one that has lost a file', async () => {
    const { repository, commits } = await workshop.repository({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
    const blob = gitOf(repository, ['rev-parse', 'main:b.txt']).trim();
    // Loose objects, of which one is taken away.
    const [pack = ''] = (await readdir(join(repository, 'objects/pack'))).filter((name) => name.endsWith('.pack'));
    if (pack) {
      await rename(join(repository, 'objects/pack', pack), join(repository, pack));
      execFileSync('git', ['--git-dir', repository, 'unpack-objects', '-q'], { input: await readFile(join(repository, pack)) });
    }
    await rm(join(repository, 'objects', blob.slice(0, 2), blob.slice(2)));
    expect(await refusal(openMirror(workshop.host, repository, commits))).toMatchObject(incomplete);
  });

  test('a bundle of the last commit only', async () => {
    const bundle = join(await workshop.folder(), 'part.bundle');
    gitOf(library.repository, ['bundle', 'create', '--quiet', bundle, 'main~1..main']);
    expect(await refusal(openMirror(workshop.host, bundle, library.commits))).toMatchObject(incomplete);
  });

  test('a file that only begins like a bundle', async () => {
    const bundle = join(await workshop.folder(), 'half.bundle');
    gitOf(library.repository, ['bundle', 'create', '--quiet', bundle, '--all']);
    await writeFile(bundle, (await readFile(bundle)).subarray(0, -2000));
    expect((await refusal(openMirror(workshop.host, bundle, library.commits))).code).toMatch(/E_REPOSITORY_(INCOMPLETE|INTERRUPTED)/);
  });
});

test('SHA-256 object ids are refused by name', async () => {
  const folder = await workshop.folder();
  run(folder, 'init', '-q', '--object-format=sha256', 'modern');
  run(join(folder, 'modern'), 'commit', '-q', '--allow-empty', '-m', 'x');
  expect(await refusal(resolveCommit(workshop.host, join(folder, 'modern'), 'main'))).toMatchObject({ code: 'E_REPOSITORY_UNSUPPORTED' });
});

test('a commit once seen stays, whatever becomes of its branch', async () => {
  const { repository, commits } = await workshop.repository({ files: { 'a.txt': 'a\n' } }, { files: { 'b.txt': 'b\n' }, branch: 'topic' });
  await openMirror(workshop.host, repository, commits);
  gitOf(repository, ['branch', '-D', 'topic']);
  const anew = buildHistory(repository, [{ files: { 'z.txt': 'z\n' }, message: 'Anew' }]);
  gitOf(repository, ['gc', '--quiet', '--prune=now']);
  expect(await resolveCommit(workshop.host, repository, 'main')).toBe(anew.commits[0]);
  await using workspace = await workshop.open({ repository, commits }, { at: 1 });
  expect(await workspace.readFile('b.txt')).toBe('b\n');
});

test('thousands of branches, some of whose names were folders of branches before, and tags of files and folders', async () => {
  const { repository, commits } = await workshop.repository({ files: { 'a.txt': 'a\n' } });
  const [commit] = commits;
  // Written as git keeps many of them, because one file each takes git itself longer than the fetch.
  const lay = (name: (index: number) => string) =>
    writeFile(
      join(repository, 'packed-refs'),
      Array.from({ length: 2000 }, (_, index) => `${commit} refs/heads/${name(index)}\n`).join(''),
    );
  await lay((index) => `topic-${index}`);
  gitOf(repository, ['tag', 'a-file', `${commit}:a.txt`]);
  gitOf(repository, ['tag', 'a-folder', `${commit}^{tree}`]);
  gitOf(repository, ['tag', '-a', '-m', 'x', 'annotated', commit ?? '']);
  expect(await resolveCommit(workshop.host, repository, 'topic-1999')).toBe(commit);
  await lay((index) => `topic-${index}/deep`);
  expect(await resolveCommit(workshop.host, repository, 'topic-7/deep')).toBe(commit);
  expect(await resolveCommit(workshop.host, repository, 'annotated')).toBe(commit);
  for (const name of ['a-file', 'a-folder', 'topic-7']) {
    expect(await refusal(resolveCommit(workshop.host, repository, name))).toMatchObject({ code: 'E_COMMIT_UNKNOWN' });
  }
});
