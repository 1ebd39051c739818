/** A task folder on disk becomes a Task, or an error that names file and field. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { type CommitSha, LonghaulError, type Milestone, type MilestoneFile, type Task, TaskFile, Task as TaskSchema } from '#contracts';
import { type BuiltRepository, buildRepository, type CommitRecipe, type Host, isTestFile, openMirror } from '#workspace';
import { readMilestoneChange } from './milestone-change.ts';

/**
 * @param folder holds `task.json`.
 * @param bundled true for the tasks that ship with Longhaul.
 * @throws E_TASK_NOT_FOUND, E_TASK_MALFORMED; over a git repository also E_REPOSITORY_UNREACHABLE, E_COMMIT_UNKNOWN,
 * E_COMMITS_OUT_OF_ORDER, E_NO_HIDDEN_TESTS
 */
export async function loadTask(host: Host, folder: string, bundled: boolean): Promise<Task> {
  const path = join(folder, 'task.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LonghaulError('E_TASK_NOT_FOUND', `There is no task at ${folder}: ${path} cannot be read.`, { cause: error });
  });
  const file = parseTaskFile(text, path);
  const refusal = file.milestones.findIndex(({ expected }) => expected === 'refuse');
  if (refusal !== -1) {
    throw new LonghaulError('E_TASK_MALFORMED', `${path}: milestones[${refusal}].expected: "refuse" cannot be judged by this version.`);
  }
  const requests = await Promise.all(file.milestones.map(({ id }) => readRequest(folder, id)));
  const source =
    'files' in file.repository ? await fromFiles(host, folder, file, file.repository.files) : await fromGit(host, file, file.repository);
  return TaskSchema.parse({
    schemaVersion: 1,
    id: file.id,
    title: file.title,
    repository: source.repository,
    baseCommit: source.base,
    bundled,
    setup: file.setup,
    milestones: file.milestones.map(({ id, title, requestGrade, interface: names, intent, expected }, index) => ({
      id,
      title,
      requestGrade,
      interface: names,
      intent,
      expected,
      request: requests[index],
      ...source.milestones[index],
    })),
  });
}

/** What the repository adds to a milestone. */
interface TaskSource {
  repository: string;
  base: CommitSha;
  milestones: Pick<Milestone, 'startCommit' | 'referenceCommit' | 'visibleTests' | 'hiddenTests'>[];
}

function parseTaskFile(text: string, path: string): TaskFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LonghaulError('E_TASK_MALFORMED', `${path} is not JSON: ${(error as SyntaxError).message}`, { cause: error });
  }
  const parsed = TaskFile.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new LonghaulError('E_TASK_MALFORMED', `${path}: ${describeIssues(parsed.error, json)}`, { cause: parsed.error });
}

/** `milestones[1].title is missing; colour is not a known key` */
function describeIssues(error: z.ZodError, json: unknown): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => {
      const place = issue.path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '');
      if (issue.code === 'unrecognized_keys') return `${[place, issue.keys.join(', ')].filter(Boolean).join('.')} is not a known key`;
      if (issue.code !== 'custom' && valueAt(json, issue.path) === undefined) return `${place} is missing`;
      return `${place || 'the file'}: ${issue.message}`;
    })
    .join('; ');
}

/** zod says of a wrong choice what it says of none at all. */
function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part], json);
}

async function readRequest(folder: string, milestone: string): Promise<string> {
  const path = join(folder, 'milestones', milestone, 'request.md');
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.trim() === '') throw new LonghaulError('E_TASK_MALFORMED', `${path} is missing or empty: nothing would be asked.`);
  return text.trim();
}

/** Plain files become a history with one commit per milestone, as if people had worked on it. */
async function fromFiles(host: Host, folder: string, file: TaskFile, files: string): Promise<TaskSource> {
  const root = resolve(folder, files);
  if (!(await isFolder(root)))
    throw new LonghaulError('E_TASK_MALFORMED', `${join(folder, 'task.json')}: repository.files: ${root} is no folder.`);
  const parts = await Promise.all(file.milestones.map((milestone) => readMilestoneFiles(folder, milestone)));
  const recipes = parts.map(({ recipe }) => recipe);
  const built: BuiltRepository = await buildRepository(host, root, recipes);
  return {
    repository: built.repository,
    base: built.base,
    milestones: parts.map(({ visibleTests, hiddenTests }, index) => ({
      visibleTests,
      hiddenTests,
      startCommit: null,
      referenceCommit: built.commits[index] as CommitSha,
    })),
  };
}

async function readMilestoneFiles(
  folder: string,
  { id, title }: MilestoneFile,
): Promise<{ recipe: CommitRecipe; visibleTests: string[]; hiddenTests: string[] }> {
  const place = join(folder, 'milestones', id);
  const [visible, hidden, patch] = [join(place, 'visible-tests'), join(place, 'hidden-tests'), join(place, 'reference.patch')];
  const [visibleTests, hiddenTests] = [await listFiles(visible), await listFiles(hidden)];
  if (hiddenTests.length === 0) throw new LonghaulError('E_TASK_MALFORMED', `${hidden} holds no test: nothing could judge the milestone.`);
  const stray = [...visibleTests, ...hiddenTests].find((path) => !isTestFile(path));
  if (stray) throw new LonghaulError('E_TASK_MALFORMED', `${place}: ${stray} is no test file by its path.`);
  if (!(await stat(patch).catch(() => null)))
    throw new LonghaulError('E_TASK_MALFORMED', `${patch} is missing: nothing proves that the milestone can be solved.`);
  const overlays = [...(visibleTests.length > 0 ? [visible] : []), hidden];
  return {
    recipe: { message: title, patch, overlays },
    visibleTests: visibleTests.filter((path) => !hiddenTests.includes(path)),
    hiddenTests,
  };
}

/** An existing history: the tests of a milestone are the test files that its commit changes. */
async function fromGit(host: Host, file: TaskFile, repository: { url: string; baseCommit: CommitSha }): Promise<TaskSource> {
  const commits = file.milestones.map(({ referenceCommit }) => referenceCommit as CommitSha);
  const mirror = await openMirror(host, repository.url, [repository.baseCommit, ...commits]);
  const milestones = await Promise.all(
    file.milestones.map(async ({ visibleTests }, index) => {
      const previous = commits[index - 1] ?? repository.baseCommit;
      const { tests, startCommit, referenceCommit } = await readMilestoneChange(host, mirror, {
        previous,
        referenceCommit: commits[index] as CommitSha,
      });
      return { startCommit, referenceCommit, visibleTests, hiddenTests: tests.filter((path) => !visibleTests.includes(path)) };
    }),
  );
  return { repository: repository.url, base: repository.baseCommit, milestones };
}

async function listFiles(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
