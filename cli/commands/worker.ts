/** `longhaul worker`: works on queued trials until it is told to stop. */
import { hostname } from 'node:os';
import { openOrchestration } from '#workers';
import type { Config } from '../config.ts';
import { PASSED } from '../exit-codes.ts';

/**
 * SIGTERM, or the end of standard input with `stopWithParent`: takes no new trial, finishes those at hand.
 * SIGINT, or a second SIGTERM: hands them back to the queue, where they go on from their last finished milestone.
 */
export async function worker(config: Config, options: { concurrency: number; stopWithParent?: boolean }): Promise<number> {
  const log = (line: string) => process.stderr.write(`${config.now().toISOString()}  ${line}\n`);
  const name = `${hostname()}-${process.pid}`;
  await using orchestration = await openOrchestration(config);
  const running = await orchestration.work({
    host: config,
    concurrency: options.concurrency,
    name,
    log,
  });
  log(`worker ${name} is ready for ${options.concurrency} trials at a time`);

  await new Promise<void>((resolve) => {
    let draining = false;
    const drain = () => {
      if (draining) return stop();
      draining = true;
      log('draining: takes no new trial');
      void running.drain().then(resolve);
    };
    const stop = () => {
      log('stopping: hands its trials back');
      void running.stop().then(resolve);
    };
    process.on('SIGTERM', drain);
    process.on('SIGINT', stop);
    if (options.stopWithParent) process.stdin.resume().once('close', drain);
  });
  // A parent that is still there holds the other end open, which would keep this process alive.
  process.stdin.destroy();
  log('stopped');
  return PASSED;
}
