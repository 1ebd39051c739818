/** The flags that say how a repository becomes one whose tests can run, and within which limits they do. */
import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_LIMITS, type Limits, LonghaulError, TaskSetup } from '#contracts';

export interface SetupOptions {
  build?: string[];
  install: boolean;
  installScripts?: boolean;
  node?: string;
  folder?: string;
  testTimeout: number;
  maxMemory: number;
  maxProcesses: number;
  unsafeNoSandbox?: boolean;
}

export function addSetupOptions(command: Command): Command {
  return command
    .option('--build <command>', 'a build step before the tests; may be repeated', collect)
    .option('--no-install', 'do not install dependencies')
    .option('--install-scripts', 'let dependencies run their install scripts, in the sandbox')
    .option('--node <range>', "the Node that runs the project's code (default: what the commit asks for)")
    .option('--folder <path>', 'the package whose tests are run, in a repository of several')
    .option('--test-timeout <s>', 'seconds for one run of the tests', positive, DEFAULT_LIMITS.testTimeoutMs / 1000)
    .option('--max-memory <MiB>', 'memory of one command', positive, DEFAULT_LIMITS.maxMemoryMb)
    .option('--max-processes <n>', 'processes and threads of one command', positive, DEFAULT_LIMITS.maxProcesses)
    .option('--unsafe-no-sandbox', 'run foreign code without protection; every report says so');
}

/** @throws E_USAGE naming the flag. */
export function readSetup({ build = [], install, installScripts = false, node, folder }: SetupOptions): TaskSetup {
  const inRepository = folder?.replace(/^\.\/|\/+$/g, '') || undefined;
  const setup = TaskSetup.safeParse({ build, install, installScripts, node, folder: inRepository });
  if (setup.success) return setup.data;
  const [issue] = setup.error.issues;
  const flag = String(issue?.path[0]).replace('installScripts', 'install-scripts');
  throw new LonghaulError('E_USAGE', `--${flag}: ${issue?.message}.`);
}

export function readCommandLimits({ testTimeout, maxMemory, maxProcesses }: SetupOptions): Limits {
  return { ...DEFAULT_LIMITS, testTimeoutMs: testTimeout * 1000, maxMemoryMb: maxMemory, maxProcesses };
}

/** For options that may be repeated. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return number;
}
