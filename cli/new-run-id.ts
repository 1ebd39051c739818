/** Names a new run after the moment it starts. */
import { randomInt } from 'node:crypto';
import { RunId } from '#contracts';

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Two runs of the same second differ in their last four letters. */
export function newRunId(now: Date): RunId {
  const [date = '', time = ''] = now.toISOString().split('T');
  const suffix = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return RunId.parse(`${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${suffix}`);
}
