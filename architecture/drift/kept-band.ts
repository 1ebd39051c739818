/** A calibration on the disk: what people do to one repository, for whoever checks or grades it later. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommitSha } from '#contracts';
import { Band } from './band.ts';

const Calibration = z.strictObject({ schemaVersion: z.literal(1), newest: CommitSha, band: Band });
export type Calibration = z.infer<typeof Calibration>;

const FILE = 'band.json';

/** @param folder of the repository's own, in a cache; made when missing */
export async function keepCalibration(folder: string, calibration: Calibration): Promise<void> {
  const file = join(folder, FILE);
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.${process.pid}.unfinished`, JSON.stringify(calibration));
  await rename(`${file}.${process.pid}.unfinished`, file);
}

/** Null where nobody calibrated, or by an instrument whose numbers were others. */
export async function readCalibration(folder: string): Promise<Calibration | null> {
  try {
    return Calibration.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return null;
  }
}
