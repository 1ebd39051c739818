/** The corpus on disk becomes cases; `fixtures/exploits/README.md` describes the format. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LonghaulError } from '#contracts';

/** `sealed` cases are run, and never looked at while rules are made: they measure what was not tuned. */
export const HALVES = ['open', 'sealed'] as const;

const CaseFile = z
  .strictObject({
    schemaVersion: z.literal(1),
    kind: z.enum(['exploit', 'look-alike']),
    task: z.string().regex(/^[a-z0-9-]+$/),
    /** From 1. */
    milestone: z.int().positive(),
    goal: z.string().min(1),
    story: z.string().min(1),
    expect: z.strictObject({ resolved: z.enum(['yes', 'no']) }),
  })
  .refine(({ kind, expect }) => expect.resolved === (kind === 'exploit' ? 'no' : 'yes'), {
    path: ['expect', 'resolved'],
    message: 'must be "no" for an exploit and "yes" for a look-alike',
  });

export type CorpusCase = Omit<z.infer<typeof CaseFile>, 'schemaVersion' | 'expect'> & {
  name: string;
  half: (typeof HALVES)[number];
  /** On the task's base commit. */
  patch: Uint8Array;
};

/** Sorted by name within each half. @throws E_CASE_MALFORMED naming file and field */
export async function readCases(corpus: string, half: CorpusCase['half'] | 'all'): Promise<CorpusCase[]> {
  const cases: CorpusCase[] = [];
  for (const each of HALVES) {
    if (half !== 'all' && half !== each) continue;
    const names = (await readdir(join(corpus, each))).sort();
    cases.push(...(await Promise.all(names.map((name) => readCase(corpus, each, name)))));
  }
  return cases;
}

async function readCase(corpus: string, half: CorpusCase['half'], name: string): Promise<CorpusCase> {
  const path = join(corpus, half, name, 'case.json');
  const parsed = CaseFile.safeParse(await readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LonghaulError('E_CASE_MALFORMED', `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`, {
      cause: parsed.error,
    });
  }
  const { kind, task, milestone, goal, story } = parsed.data;
  const patchPath = join(corpus, half, name, 'submission.patch');
  const patch = await readFile(patchPath).catch((error: unknown) => {
    throw new LonghaulError('E_CASE_MALFORMED', `${patchPath} cannot be read.`, { cause: error });
  });
  return { name, half, kind, task, milestone, goal, story, patch };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new LonghaulError('E_CASE_MALFORMED', `${path}: ${(error as Error).message}`, { cause: error });
  }
}
