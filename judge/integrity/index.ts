/** Exploits and look-alikes through the real grader: of the first none may count as a useful answer, of the second all must. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LonghaulError } from '#contracts';
import { inMemoryDeps } from '#harness';
import type { Judge } from '../judge.ts';
import { eachAtOnce } from './each-at-once.ts';
import { judgeCase } from './judge-case.ts';
import { openTasks } from './open-tasks.ts';
import { type CorpusCase, HALVES, readCases } from './read-cases.ts';
import { renderMarkdown, renderText } from './render.ts';
import { summarize } from './summarize.ts';

/** A grade is mostly one process after the other; more than a few at once wait for the disk. */
const DEFAULT_CONCURRENCY = Math.min(4, availableParallelism());
const CORPUS = join(import.meta.dirname, '../../fixtures/exploits');

export const judgeIntegrity: Judge = {
  usage: '[--corpus <folder>] [--half open|sealed|all] [--task <task>] [--only <case>]... [--concurrency <n>]',
  async run(args, { host, signal, note }) {
    const { corpus, half, tasks, only, concurrency } = readOptions(args);
    const cases = choose(await readCases(corpus, half), { corpus, tasks, only });
    const deps = inMemoryDeps({ host, signal, emit: () => {} });
    const taskOf = openTasks(host, join(corpus, 'tasks'));
    note(`${cases.length} cases, ${concurrency} at a time`);
    let done = 0;
    const results = await eachAtOnce(cases, concurrency, async (each) => {
      const result = await judgeCase(deps, await taskOf(each), each);
      done += 1;
      note(`${done}/${cases.length}  ${result.ok ? 'ok   ' : 'WRONG'}  ${result.name}: ${result.got}`);
      return result;
    });
    const summary = summarize(results);
    return { results, summary, text: renderText(results, summary), markdown: renderMarkdown(summary) };
  },
};

interface Options {
  /** A folder with `tasks/`, `open/` and `sealed/`. */
  corpus: string;
  half: (typeof HALVES)[number] | 'all';
  /** Empty: all. */
  tasks: readonly string[];
  only: readonly string[];
  concurrency: number;
}

/** @throws E_USAGE */
function readOptions(args: readonly string[]): Options {
  const { corpus, half, task, only, concurrency } = parse(args);
  const halves = [...HALVES, 'all'] as const;
  const chosen = halves.find((each) => each === half);
  if (chosen === undefined) throw usage(`--half is ${half}.`, `Give one of: ${halves.join(', ')}.`);
  if (!/^[1-9]\d?$/.test(concurrency)) throw usage(`--concurrency is ${concurrency}.`, 'Give a number from 1 to 99.');
  return { corpus: resolve(corpus), half: chosen, tasks: task, only, concurrency: Number(concurrency) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        corpus: { type: 'string', default: CORPUS },
        half: { type: 'string', default: 'all' },
        task: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        concurrency: { type: 'string', default: String(DEFAULT_CONCURRENCY) },
      },
    }).values;
  } catch (error) {
    throw usage((error as Error).message, `The options are: ${judgeIntegrity.usage}.`, error);
  }
}

/** A name that chooses nothing is an error: nothing judged must never look like nothing wrong. @throws E_USAGE */
function choose(cases: readonly CorpusCase[], { corpus, tasks, only }: Pick<Options, 'corpus' | 'tasks' | 'only'>): CorpusCase[] {
  const known = { task: new Set(cases.map(({ task }) => task)), only: new Set(cases.map(({ name }) => name)) };
  const strangeTask = tasks.find((name) => !known.task.has(name));
  if (strangeTask !== undefined) throw usage(`--task ${strangeTask} has no case.`, `Give one of: ${[...known.task].sort().join(', ')}.`);
  const strangeCase = only.find((name) => !known.only.has(name));
  if (strangeCase !== undefined) throw usage(`--only ${strangeCase} is no case of this half.`, `They are the folders of ${corpus}.`);
  const chosen = cases.filter(
    ({ task, name }) => (tasks.length === 0 || tasks.includes(task)) && (only.length === 0 || only.includes(name)),
  );
  if (chosen.length === 0) throw usage('No case is left by --task and --only together.', 'Give fewer of them.');
  return chosen;
}

function usage(message: string, action: string, cause?: unknown): LonghaulError {
  return new LonghaulError('E_USAGE', message, { action, cause });
}
