/** What submissions of a milestone are measured against, and the surroundings in which that was found out. */
import { type Baseline, type BaselineOptions, measureBaseline, treeOfReference } from './baseline.ts';
import type { HarnessDeps } from './harness-deps.ts';
import { readSurroundings, type Surroundings } from './surroundings.ts';

export type Yardstick = Surroundings & { baseline: Baseline };

/** @throws what opens no workspace */
export async function measureYardstick(deps: HarnessDeps, options: Omit<BaselineOptions, keyof Surroundings>): Promise<Yardstick> {
  const surroundings = await readSurroundings(deps, treeOfReference(options));
  return { ...surroundings, baseline: await measureBaseline(deps, { ...options, ...surroundings }) };
}
