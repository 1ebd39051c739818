/** What every question about a working tree begins with: its base, and what is known of that. */
import { join } from 'node:path';
import { instrumentVersion } from '#architecture';
import { type CommitSha, LonghaulError } from '#contracts';
import { type Base, chooseBase, type WorkingTree } from '#workspace/repository';
import type { Config } from '../config.ts';
import { createProgress, type Progress } from '../output/progress.ts';
import { type BaseReading, readBase } from './read-base.ts';
import type { Remembered } from './remembered-bases.ts';

/** Counted up with every change of what is kept in the cache. */
const FORM_OF_MEMORY = 2;

export type CheckConfig = Config & { version: string };

export interface OpenedBase {
  config: CheckConfig;
  tree: WorkingTree & { head: CommitSha };
  base: Base;
  before: Remembered<BaseReading>;
  /** Null: nothing is remembered. */
  cacheFolder: string | null;
  instrument: string;
  progress: Progress;
  signal: AbortSignal;
}

/** @throws E_BASE_UNKNOWN, and what reading the base throws */
export async function openBase(
  config: CheckConfig,
  tree: WorkingTree,
  options: { base?: string; cache: boolean },
  signal: AbortSignal,
): Promise<OpenedBase> {
  const progress = createProgress(process.stderr, () => performance.now());
  const cacheFolder = options.cache ? join(config.cacheFolder, 'checks') : null;
  const base = await chooseBase(tree, options.base ?? null);
  const { head } = tree;
  if (head === null) throw new LonghaulError('E_BASE_UNKNOWN', `${tree.root} has no commit yet.`);
  const instrument = [config.version, FORM_OF_MEMORY, instrumentVersion()].join(' ');
  const onRead = () => progress.note(`reading the base ${base.commit.slice(0, 10)}, which no check has read before`);
  const before = await readBase(config, tree, base, { cacheFolder, instrument, signal, onRead });
  return { config, tree: { ...tree, head }, base, before, cacheFolder, instrument, progress, signal };
}
