/** Adds a test that must fail to test files, for one run. */
import { randomInt } from 'node:crypto';
import type { TestRunner } from '#contracts';
import { LonghaulError } from '#contracts';
import { readContained, writeContained } from '../contained-files.ts';
import { canarySource } from './canary-source.ts';

const CODE = /\.[cm]?[jt]sx?$/;
const TITLE_LETTERS = 12;

export interface PlantedCanaries extends AsyncDisposable {
  /** Of every one of these tests: another word in every run, so that nothing can know it beforehand. */
  title: string;
}

/**
 * The test stands last in its file, at the top level, and makes claims that are untrue with everything the file can assert with. If it is
 * reported as passed, or not at all, something has changed what tests can say. It is a tripwire and no proof: code that reads its own test
 * file can find it.
 * Disposal makes the files what they were. A file that is missing, a link or no code gets none.
 * @param folder the tree on the host. @param files relative to it.
 */
export async function plantCanaries(folder: string, runner: TestRunner, files: readonly string[]): Promise<PlantedCanaries> {
  const title = Array.from({ length: TITLE_LETTERS }, () => String.fromCharCode(97 + randomInt(26))).join('');
  const originals = new Map<string, string>();
  for (const file of files) {
    const text = CODE.test(file) ? await orNull(readContained(folder, file)) : null;
    // Bytes that are no text would not come back as they were.
    if (text === null || text.includes('\uFFFD')) continue;
    originals.set(file, text);
    await writeContained(folder, file, text + canarySource(runner, { title, file, text }));
  }
  return {
    title,
    async [Symbol.asyncDispose]() {
      // A test may have put something else in a file's place: it stays what the run has made of it.
      for (const [file, text] of originals) await orNull(writeContained(folder, file, text));
    },
  };
}

async function orNull<T>(outcome: Promise<T>): Promise<T | null> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof LonghaulError && error.code === 'E_WORKSPACE_PATH') return null;
    throw error;
  }
}
