/** `longhaul report`: a stored run, or the list of runs. */
import { join } from 'node:path';
import { LonghaulError, RunId } from '#contracts';
import { scoreStoredRun, summarizeRun } from '#harness';
import { renderReport, renderRunList } from '#report';
import { openStoreReader, type StoreReader } from '#store/read';
import { findDatabase } from '#workers';
import type { Config } from '../config.ts';
import { PASSED } from '../exit-codes.ts';

const LISTED_RUNS = 20;

export async function report(config: Config, run: string | undefined, options: { json?: boolean }): Promise<number> {
  const id = run === undefined ? undefined : readRunId(run);
  await using reader = await openReader(config);
  if (id === undefined) {
    const runs = (await reader.listRuns(LISTED_RUNS)).map((run) => summarizeRun(run, null));
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ schemaVersion: 1, runs: runs.map(({ run, summary }) => ({ run, summary })) })}\n`
        : renderRunList(runs),
    );
    return PASSED;
  }
  const record = await reader.readRun(id);
  const document = summarizeRun(record, await scoreStoredRun(record, reader.artifacts.getText));
  process.stdout.write(renderReport(document, options.json ? 'json' : 'terminal', process.stdout));
  return PASSED;
}

/** @throws E_RUN_NOT_FOUND */
export function readRunId(text: string): RunId {
  const id = RunId.safeParse(text);
  if (id.success) return id.data;
  throw new LonghaulError('E_RUN_NOT_FOUND', `"${text}" is no run id: ${id.error.issues[0]?.message}.`);
}

/** Reads what is stored; starts the embedded server when it does not run. */
export async function openReader(config: Config): Promise<StoreReader> {
  const { connectionString, revive } = await findDatabase(config);
  return openStoreReader({ connectionString, artifactsFolder: join(config.stateFolder, 'artifacts'), revive });
}
