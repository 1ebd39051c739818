/** `longhaul run`: enqueues trials and follows them to the end, with a local worker unless told otherwise. */
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseModelScript } from '#agent';
import {
  AgentSpec,
  type ContentHash,
  type Limits,
  LonghaulError,
  type RunConfig,
  type RunId,
  type RunReport,
  type SandboxPolicy,
  type Task,
  type TestsPolicy,
  type TrialMode,
} from '#contracts';
import { loadTask, scoreStoredRun, summarizeRun, taskFromCommits } from '#harness';
import { renderReport } from '#report';
import { type Orchestration, openOrchestration } from '#workers';
import { assertSandbox, type Host } from '#workspace';
import type { Config } from '../config.ts';
import { INTERRUPTED, PASSED, PROBLEMS } from '../exit-codes.ts';
import { takeFingerprint } from '../fingerprint.ts';
import { followRun } from '../follow-run.ts';
import { absoluteRepository } from '../absolute-repository.ts';
import { newRunId } from '../new-run-id.ts';
import { createProgress, type Progress } from '../output/progress.ts';
import { readCommandLimits, readSetup, type SetupOptions } from '../setup-options.ts';
import { startLocalWorker } from '../start-worker.ts';
import { openReader } from './report.ts';

export interface RunOptions extends SetupOptions {
  repository?: string;
  commit?: string;
  reference?: string[];
  agent: string[];
  script?: string;
  repeat: number;
  mode: TrialMode;
  tests: TestsPolicy;
  baselineRuns: number;
  concurrency: number;
  worker: boolean;
  maxIterations: number;
  maxCost?: number;
  json?: boolean;
}

const AGENTS = ['reference', 'nothing', 'scripted'];

const BUNDLED = fileURLToPath(new URL('../../fixtures/tasks/', import.meta.url));

export async function run(config: Config, folder: string | undefined, options: RunOptions): Promise<number> {
  const host: Host = config;
  assertAgents(options);
  const script = await readScript(options);
  const task = await readTask(host, folder, options);
  const sandbox = sandboxPolicy(task, options);
  await assertPolicy(host, sandbox, options);

  const id = newRunId(config.now());
  const progress = createProgress(process.stderr, () => performance.now());
  await using orchestration = await openOrchestration(config);
  const runConfig = await buildConfig(orchestration, { task, script, sandbox, options });
  await orchestration.enqueue({ id, config: runConfig, fingerprint: await takeFingerprint(host) });
  // Awaited here, because the orchestration is closed at the end of this block.
  return await follow(config, orchestration, { id, options, progress });
}

async function follow(
  config: Config,
  orchestration: Orchestration,
  { id, options, progress }: { id: RunId; options: RunOptions; progress: Progress },
): Promise<number> {
  const interrupted = new AbortController();
  const onInterrupt = () => {
    if (interrupted.signal.aborted) process.kill(process.pid, 'SIGKILL');
    progress.note('stopping; press Ctrl-C again to leave at once');
    interrupted.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const worker = options.worker
    ? startLocalWorker(config, options.concurrency, (reason) =>
        progress.note(`the worker died (${reason}); another one goes on from the last finished milestones`),
      )
    : null;
  try {
    await using reader = await openReader(config);
    const following = followRun(reader, id, { onEvent: progress.show, onTick: progress.tick, signal: interrupted.signal });
    const record = await Promise.race([following, ...(worker ? [worker.lost] : [])]);
    worker?.release();
    progress.end();
    return print(config, summarizeRun(record, await scoreStoredRun(record, reader.artifacts.getText)), options);
  } catch (error) {
    if (!interrupted.signal.aborted) {
      await worker?.stop();
      throw error;
    }
    try {
      await orchestration.cancel(id);
    } finally {
      await worker?.stop();
    }
    progress.note(`run ${id} is cancelled; graded milestones are kept: longhaul report ${id}`);
    return INTERRUPTED;
  } finally {
    progress.end();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

function print(config: Config, document: RunReport, { json }: RunOptions): number {
  process.stdout.write(renderReport(document, json ? 'json' : 'terminal', process.stdout));
  if (!json) {
    const place = config.databaseUrl === null ? `the embedded PostgreSQL under ${config.stateFolder}` : 'the database of DATABASE_URL';
    process.stdout.write(
      `\nResults are kept in ${place}; artifacts in ${join(config.stateFolder, 'artifacts')}.\n` +
        `Next: longhaul report ${document.run.id} --json          this run as one document\n` +
        '      longhaul run --help                                your own repository\n' +
        '      longhaul stop                                      stop the embedded database\n',
    );
  }
  return document.summary.unscored > 0 || document.run.state !== 'finished' ? PROBLEMS : PASSED;
}

async function readTask(host: Host, folder: string | undefined, options: RunOptions): Promise<Task> {
  const { repository, commit, reference } = options;
  if (folder !== undefined) {
    if (repository !== undefined) throw new LonghaulError('E_USAGE', `Both a task folder (${folder}) and --repository are given.`);
    const path = resolve(folder);
    return loadTask(host, path, await isBundled(path));
  }
  if (repository === undefined || commit === undefined || reference === undefined) {
    throw new LonghaulError('E_USAGE', 'Nothing to run: give a task folder, or --repository with --commit and --reference.');
  }
  return taskFromCommits(host, {
    repository: absoluteRepository(repository),
    commit,
    references: reference,
    setup: readSetup(options),
  });
}

/** Only what ships with Longhaul may run without a sandbox unasked. A link into the folder does not make a task ours. */
async function isBundled(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  return real.startsWith(`${dirname(join(BUNDLED, 'any'))}${sep}`);
}

async function readScript({ agent, script }: RunOptions): Promise<string | null> {
  if (!agent.includes('scripted')) {
    if (script !== undefined) throw new LonghaulError('E_USAGE', '--script is given, but no --agent scripted.');
    return null;
  }
  if (script === undefined) throw new LonghaulError('E_USAGE', '--agent scripted needs --script <file>.');
  const text = await readFile(script, 'utf8').catch((error: unknown) => {
    throw new LonghaulError('E_SCRIPT_MALFORMED', `${script} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  parseModelScript(text, script);
  return text;
}

/** Before anything is started or kept for a run that cannot be. */
function assertAgents({ agent }: RunOptions): void {
  const unknown = agent.find((name) => !AGENTS.includes(name));
  if (unknown === undefined) return;
  throw new LonghaulError('E_USAGE', `There is no agent "${unknown}". Known agents: ${AGENTS.join(', ')}.`);
}

function sandboxPolicy(task: Task, { unsafeNoSandbox }: RunOptions): SandboxPolicy {
  if (unsafeNoSandbox) return 'none';
  return task.bundled ? 'preferred' : 'required';
}

/** Said before anything is queued, where the work will be done on this machine. */
async function assertPolicy(host: Host, policy: SandboxPolicy, { worker }: RunOptions): Promise<void> {
  if (policy === 'required' && worker) await assertSandbox(host);
}

async function buildConfig(
  orchestration: Orchestration,
  { task, script, sandbox, options }: { task: Task; script: string | null; sandbox: SandboxPolicy; options: RunOptions },
): Promise<RunConfig> {
  const scriptHash = script === null ? null : await orchestration.keepText(script);
  const limits: Limits = { ...readCommandLimits(options), maxIterations: options.maxIterations, maxCostUsd: options.maxCost ?? null };
  return {
    schemaVersion: 1,
    task: {
      id: task.id,
      artifact: await orchestration.keepText(JSON.stringify(task)),
      milestones: task.milestones.map(({ id }) => id),
    },
    agents: options.agent.map((name) => agentSpec(name, scriptHash)),
    repeat: options.repeat,
    mode: options.mode,
    tests: options.tests,
    baselineRuns: options.baselineRuns,
    session: 'fresh',
    limits,
    sandbox,
  };
}

function agentSpec(name: string, script: ContentHash | null): AgentSpec {
  return AgentSpec.parse(name === 'scripted' ? { name, script } : { name });
}
