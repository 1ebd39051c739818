/** What a process that `askOwnProcess` has started does: it answers one question, and ends. */

/** An error becomes `{ reason }`. @param answer may be asynchronous. */
export function answerParent<Question>(answer: (question: Question) => unknown): void {
  process.once('message', async (question: Question) => {
    process.send?.(await outcomeOf(answer, question), () => process.disconnect?.());
  });
}

async function outcomeOf<Question>(answer: (question: Question) => unknown, question: Question): Promise<unknown> {
  try {
    return await answer(question);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
