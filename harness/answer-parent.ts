/** What a process that this room has started does: it answers every question, one after the other, and ends when nobody can ask any more. */

import { flushCompileCache } from 'node:module';

/** An error becomes `{ reason }`. @param answer may be asynchronous. */
export function answerParent<Question>(answer: (question: Question) => unknown): void {
  process.on('message', async (question: Question) => {
    const outcome = await outcomeOf(answer, question);
    // Whoever has the answer may end this process at once.
    flushCompileCache();
    process.send?.(outcome);
  });
}

async function outcomeOf<Question>(answer: (question: Question) => unknown, question: Question): Promise<unknown> {
  try {
    return await answer(question);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
