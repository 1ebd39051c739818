/** A worker in a process of its own, for as long as this one needs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LonghaulError } from '#contracts';
import type { Config } from './config.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** A worker that dies this often is not killed by accident. */
const MAX_RESTARTS = 5;

export interface LocalWorker {
  /** Rejects with E_WORKER_LOST when the worker cannot be kept alive; never resolves. */
  readonly lost: Promise<never>;
  /** Where it writes what it has to say. */
  readonly logFile: string;
  /** Lets it finish what it has at hand, without waiting for it. */
  release(): void;
  /** Ends it now and waits for its end; its trials go on elsewhere or later. */
  stop(): Promise<void>;
}

/**
 * Started again when it dies. It ends by itself when this process is gone, however that happened: its standard input closes.
 * @param onRestart told each time, with the reason.
 */
export function startLocalWorker(config: Config, concurrency: number, onRestart: (reason: string) => void): LocalWorker {
  const logs = join(config.stateFolder, 'logs');
  const logFile = join(logs, `worker-${process.pid}.log`);
  let child: ChildProcess;
  let restarts = 0;
  let wanted = true;
  let reject: (error: Error) => void = () => {};
  const lost = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Somebody may stop listening before the worker is lost.
  lost.catch(() => {});

  const start = () => {
    const log = openLog(logs, logFile);
    child = spawn(process.execPath, [MAIN, 'worker', '--stop-with-parent', '--concurrency', String(concurrency)], {
      env: config.environment as NodeJS.ProcessEnv,
      stdio: ['pipe', log, log],
      // Ctrl-C is for us to deal with: we cancel the run first.
      detached: true,
    });
    closeSync(log);
    child.once('error', (error) => reject(new LonghaulError('E_WORKER_LOST', `The worker could not be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      if (!wanted) return;
      restarts += 1;
      const reason = signal === null ? `exit code ${code}` : signal;
      if (restarts > MAX_RESTARTS || code === 2) {
        reject(new LonghaulError('E_WORKER_LOST', `The worker ended (${reason}); what it said is in ${logFile}.`));
        return;
      }
      onRestart(reason);
      start();
    });
  };
  start();

  return {
    lost,
    logFile,
    release() {
      wanted = false;
      child.stdin?.end();
      child.unref();
    },
    async stop() {
      wanted = false;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    },
  };
}

function openLog(folder: string, file: string): number {
  try {
    mkdirSync(folder, { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    throw LonghaulError.from(error, `writing ${file}`);
  }
}
