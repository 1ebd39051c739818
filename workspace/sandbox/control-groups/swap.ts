/** Whether this machine has somewhere to put memory when it is short of it. */
import { readFile } from 'node:fs/promises';

export async function hasSwap(): Promise<boolean> {
  const lines = (await readFile('/proc/swaps', 'utf8').catch(() => '')).trim().split('\n');
  return lines.length > 1; // the first is the heading
}
