/** What our reporters wrote, for tests that start them without a workspace. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Handed to the reporter by standard input. */
export const KEY = 'key';

export interface Line {
  type: string;
  file?: string;
  titles?: string[];
  status?: string;
}

/** @param folder what LONGHAUL_REPORT says. Lines that are not signed and numbered as they should be are left out; none where there is no report. */
export async function readLines(folder: string): Promise<Line[]> {
  const text = await readFile(join(folder, 'report'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line, at) => {
      const signed = line.slice(65);
      if (line.slice(0, 64) !== createHmac('sha256', KEY).update(signed).digest('hex') || !signed.startsWith(`${at + 1} `)) return [];
      return [JSON.parse(signed.slice(signed.indexOf(' '))) as Line];
    });
}

/** `test watering.test.js watering > a cactus skipped` */
export function outlineLine({ type, file = '', titles = [], status = '' }: Line): string {
  return [type, basename(file), titles.join(' > '), status].filter((word) => word !== '').join(' ');
}
