/** The process that compares the tests of one change, hands over what it found, and ends. */
import type { ChangedFile } from './change.ts';
import { compareTests } from './compare-tests.ts';

process.once('message', (files: ChangedFile[]) => {
  const answer = compare(files);
  process.send?.(answer, () => process.disconnect?.());
});

function compare(files: ChangedFile[]) {
  try {
    return compareTests(files);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
