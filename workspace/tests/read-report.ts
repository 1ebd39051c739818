/** What our reporters wrote about a suite becomes test outcomes. */
import { createHmac } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { type TestOutcome, type TestProcesses, TestStatus } from '#contracts';
import { type RunPlace, stableTitle, testFile } from './test-ids.ts';

const MESSAGE_CHARS = 4000;
const MAX_NOTES = 20;
/** 200,000 tests and more: our reporters shorten messages, never the list. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

const ReportLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('test'),
    file: z.string(),
    titles: z.array(z.string()).min(1),
    status: TestStatus,
    durationMs: z.number().nonnegative(),
    message: z.string().optional(),
    retries: z.int().positive().optional(),
  }),
  z.strictObject({ type: z.literal('failure'), file: z.string(), message: z.string() }),
  z.strictObject({ type: z.literal('note'), message: z.string() }),
  z.strictObject({ type: z.literal('shared') }),
  z.strictObject({ type: z.literal('end') }),
]);
type ReportLine = z.infer<typeof ReportLine>;
type Line<Type extends ReportLine['type']> = Extract<ReportLine, { type: Type }>;

export interface Report {
  outcomes: TestOutcome[];
  /** As in TestRun. */
  canaries: Record<string, TestStatus>;
  /** Whether the reporter came to its end. */
  isWhole: boolean;
  /** There is more of it than is read: nobody knows which tests it tells of. */
  isCut: boolean;
  processes: TestProcesses;
  /** Why tests may be missing, in words. */
  gaps: string[];
}

/**
 * @param path written by the reporter, and within reach of the tests: it may hold anything, or be anything.
 * @returns null when there is no such file.
 */
export async function readReport(
  path: string,
  { key, place, canaryTitle }: { key: string; place: RunPlace; canaryTitle: string },
): Promise<Report | null> {
  const text = await readOwnFile(path);
  if (text === null) return null;
  const { byNumber, foreign } = parseLines(text.content, key);
  const lines = [...byNumber.values()];
  const told = lines.filter((line): line is Line<'test'> => line.type === 'test');
  const isCanary = ({ titles }: Line<'test'>) => titles.length === 1 && titles[0] === canaryTitle;
  const tests = told.filter((line) => !isCanary(line));
  const failures = lines.filter((line): line is Line<'failure'> => line.type === 'failure');
  const notes = lines.filter((line): line is Line<'note'> => line.type === 'note');
  const end = [...byNumber].find(([, { type }]) => type === 'end')?.[0];
  const missing = end ? end - lines.length : 0;
  return {
    outcomes: mergeById([...nameTests(tests, place), ...nameFailures(failures, tests, place)]),
    canaries: bestByFile(told.filter(isCanary), place),
    isWhole: end !== undefined,
    isCut: text.isCut,
    processes: lines.some(({ type }) => type === 'shared') ? 'shared' : 'apart',
    gaps: [
      ...(end ? [] : ['the report ends before the suite does: tests after that are missing']),
      ...(missing > 0 ? [`${missing} lines of the report are missing`] : []),
      ...(foreign > 0 ? [`${foreign} lines of the report were not written by its reporter, and are left out`] : []),
      ...firstOf([...new Set(notes.map(({ message }) => message.slice(0, MESSAGE_CHARS)))]),
    ],
  };
}

function firstOf(notes: readonly string[]): string[] {
  return notes.length <= MAX_NOTES ? [...notes] : [...notes.slice(0, MAX_NOTES), `and ${notes.length - MAX_NOTES} more`];
}

/** Null for what is no plain file: a test may put a link or a pipe in its place. */
export async function readOwnFile(path: string): Promise<{ content: string; isCut: boolean } | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) return null;
    const bytes = Buffer.alloc(Math.min(facts.size, MAX_REPORT_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return { content: bytes.toString('utf8', 0, bytesRead), isCut: facts.size > MAX_REPORT_BYTES };
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/**
 * A line is `<signature> <number> <JSON>`, numbered from 1. Every test can write to the file, but what runs in another process than
 * the reporter's does not find the key; code in its process that goes out of its way does. A line that comes twice counts once.
 */
function parseLines(text: string, key: string): { byNumber: Map<number, ReportLine>; foreign: number } {
  const byNumber = new Map<number, ReportLine>();
  let foreign = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, signature, signed = '', number, json = ''] = /^([0-9a-f]{64}) ((\d+) (.*))$/s.exec(line) ?? [];
    const isOwn = signature !== undefined && signature === createHmac('sha256', key).update(signed).digest('hex');
    const parsed = isOwn && !byNumber.has(Number(number)) ? ReportLine.safeParse(parseJson(json)) : undefined;
    if (parsed?.success) byNumber.set(Number(number), parsed.data);
    else foreign += 1;
  }
  return { byNumber, foreign };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Different titles of a file that come to the same one are numbered in the order they were reported in. */
function nameTests(tests: readonly Line<'test'>[], place: RunPlace): TestOutcome[] {
  const numbers = new Map<string, Map<string, number>>();
  return tests.map(({ file, titles, status, durationMs, message, retries }) => {
    const path = testFile(file, place);
    const stable = [path, ...titles.map((title) => stableTitle(title, place))].join(' > ');
    const told = titles.join(' > ');
    const known = numbers.get(stable) ?? new Map<string, number>();
    numbers.set(stable, known);
    const number = known.get(told) ?? known.size + 1;
    known.set(told, number);
    return {
      id: number === 1 ? stable : `${stable} (${number})`,
      file: path,
      status,
      durationMs,
      ...(status === 'failed' && message && { message: message.slice(0, MESSAGE_CHARS) }),
      ...(retries && { retries }),
    };
  });
}

/** Several projects of a runner may run one file: that one of them believes what is untrue is enough. */
function bestByFile(canaries: readonly Line<'test'>[], place: RunPlace): Record<string, TestStatus> {
  const best = new Map<string, TestStatus>();
  for (const { file, status } of canaries) {
    const path = testFile(file, place);
    const known = best.get(path);
    if (known === undefined || WORST_FIRST.indexOf(status) > WORST_FIRST.indexOf(known)) best.set(path, status);
  }
  return Object.fromEntries(best);
}

function nameFailures(failures: readonly Line<'failure'>[], tests: readonly Line<'test'>[], place: RunPlace): TestOutcome[] {
  const loaded = new Set(tests.map(({ file }) => file));
  return failures.map(({ file, message }) => {
    const path = testFile(file, place);
    const what = loaded.has(file) ? '(outside of any test)' : '(file does not load)';
    return { id: `${path} > ${what}`, file: path, status: 'failed', durationMs: 0, message: message.slice(0, MESSAGE_CHARS) };
  });
}

const WORST_FIRST: readonly TestStatus[] = ['failed', 'skipped', 'passed'];

/** Titles need not be unique. Of several tests with one id the worst outcome counts: it cannot hide behind the others. */
function mergeById(outcomes: readonly TestOutcome[]): TestOutcome[] {
  const byId = new Map<string, TestOutcome>();
  for (const next of outcomes) {
    const known = byId.get(next.id);
    if (known === undefined || WORST_FIRST.indexOf(next.status) < WORST_FIRST.indexOf(known.status)) byId.set(next.id, next);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
