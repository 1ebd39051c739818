/** Adds a test that must fail to test files, for one run. */
import { randomInt } from 'node:crypto';
import type { TestRunner } from '#contracts';
import { LonghaulError } from '#contracts';
import { readContained, writeContained } from '../contained-files.ts';
import { canarySource } from './canary-source.ts';

const CODE = /\.[cm]?[jt]sx?$/;
const CONSONANTS = 'bdfgklmnprstv';
const VOWELS = 'aeiou';

export interface PlantedCanaries extends AsyncDisposable {
  /** Of every one of these tests: another one in every run, in the form of any title, so that nothing can know it by heart or by its looks. */
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
  const title = madeUpTitle();
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

/** Words of no language: those of one might be in a pattern by which a script chooses tests, in one run and not in the next. */
function madeUpTitle(): string {
  const some = (letters: string) => letters.charAt(randomInt(letters.length));
  const times = <T>(most: number, make: () => T) => Array.from({ length: randomInt(2, most) }, make);
  return times(6, () => times(4, () => some(CONSONANTS) + some(VOWELS)).join('') + (randomInt(2) === 0 ? some(CONSONANTS) : '')).join(' ');
}
