/** What somebody without a harness does to grade a submission: a few commands in a fresh clone. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Milestone, Task } from '#contracts';

/** Of one milestone, milliseconds. */
export interface ScriptTimes {
  whole: number;
  /** Of these, in compiler and suite. */
  commands: number;
  install: number;
}

/** Shell commands in the clone. The suite writes its report where `$REPORT` says. */
export interface ScriptCommands {
  install: string;
  types: string;
  suite: string;
}

/**
 * Clone, check out, apply, lay the tests over it, install, compile, run the suite. In no sandbox, with one run, and with nothing read.
 * @throws when a step fails, or the suite has left no report: it would not be the same work.
 */
export async function gradeByScript(
  root: string,
  { task, milestone, patch, commands }: { task: Task; milestone: Milestone; patch: Uint8Array; commands: ScriptCommands },
): Promise<ScriptTimes> {
  const place = await mkdtemp(join(root, 'script-'));
  const folder = join(place, 'clone');
  const environment = { REPORT: join(place, 'report.json'), npm_config_cache: join(root, 'npm-cache'), CI: '1' };
  const git = (...args: string[]) => execa('git', ['-C', folder, ...args]);
  const shell = (command: string, reject: boolean) =>
    timed(() => execa('bash', ['-c', command], { cwd: folder, env: environment, reject }));
  try {
    await writeFile(join(place, 'patch'), patch);
    const clone = await timed(async () => {
      await execa('git', ['clone', '--quiet', '--no-checkout', task.repository, folder]);
      await git('checkout', '--quiet', '--detach', task.baseCommit);
      if (patch.length > 0) await git('apply', '--binary', '--whitespace=nowarn', join(place, 'patch'));
      const tests = [...milestone.visibleTests, ...milestone.hiddenTests];
      await git('checkout', '--quiet', milestone.referenceCommit, '--', ...tests);
    });
    const install = await shell(commands.install, true);
    const types = await shell(commands.types, false);
    const suite = await shell(commands.suite, false);
    JSON.parse(await readFile(environment.REPORT, 'utf8'));
    return { whole: clone + install + types + suite, commands: types + suite, install };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function timed(work: () => PromiseLike<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
