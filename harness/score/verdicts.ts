/** Several verdicts become one. */
import type { Verdict } from '#contracts';

/** `no` as soon as one is no; else `unscored` if one is unscored; else `yes`, also of none. */
export function all(verdicts: Iterable<Verdict>): Verdict {
  const said = new Set(verdicts);
  if (said.has('no')) return 'no';
  return said.has('unscored') ? 'unscored' : 'yes';
}
