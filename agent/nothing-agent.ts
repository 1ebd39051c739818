/** The lower end of the scale: changes nothing and submits. */
import { NO_USAGE, type RunAgent } from '#contracts';

/** A milestone this agent resolves was resolved before anybody worked on it. */
export function createNothingAgent(): RunAgent {
  return async ({ signal }) => {
    signal.throwIfAborted();
    return { ending: { kind: 'submitted', summary: 'Nothing was changed.' }, usage: NO_USAGE };
  };
}
