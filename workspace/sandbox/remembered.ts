/** Asks this machine a question once per process, for as long as the answer is good. */

/**
 * @param dependsOn everything of the question that the answer depends on, as text.
 * @param isGood only a good answer is kept: what is missing may be installed while we run. What stops working is seen at its next use.
 */
export function remembered<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  dependsOn: (question: Question) => string,
  isGood: (answer: Answer) => boolean,
): (question: Question) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (question) => {
    const key = dependsOn(question);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(question);
    answers.set(key, answer);
    const forget = () => answers.delete(key);
    answer.then((value) => isGood(value) || forget(), forget);
    return answer;
  };
}
