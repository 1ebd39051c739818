/** How the rules of this folder write a finding. */
import { createHash } from 'node:crypto';
import type { Finding } from '#contracts';

/**
 * @param key what the fact is, without lines and days, so that the finding has the same id wherever and whenever it is found
 */
export function finding(
  key: string,
  { line, ...rest }: Omit<Finding, 'id' | 'place'> & { path: string; line?: number | undefined },
): Finding {
  const { path, ...fields } = rest;
  return { id: `${fields.rule}:${key}`, ...fields, place: { path, ...(line === undefined ? {} : { line }) } };
}

/** Short and stable; for identity only. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Gives the line of an offset, counted from 1. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
