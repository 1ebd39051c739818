/** Which files hold a text. */
import { spawnSync } from 'node:child_process';

/** Paths below a folder, those that links lead to left out. @throws when the search itself fails */
export function filesHolding(folder: string, text: string): string[] {
  const { status, stdout, stderr } = spawnSync('grep', ['-rlF', '-e', text, folder], { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}
