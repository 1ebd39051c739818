/** Runs one program within limits on memory and processes, as far as this machine has them, and leaves nothing of it behind. */
import { type ExecResult, LonghaulError } from '#contracts';
import type { ControlGroups, ResourceLimits } from './control-groups/control-groups.ts';
import { inheritedDescriptors } from './inherited-descriptors.ts';
import { type ProcessOptions, runProcess } from './run-process.ts';

export interface LimitedOptions extends Omit<ProcessOptions, 'onFourthOutput' | 'killRest'> {
  /** Starts the shell that does what must be done before the program begins: unshare with its arguments, say. */
  through?: readonly string[];
  /** Lines of that shell. The program does not begin when one fails. */
  before?: readonly string[];
  /** Whether the program itself reports on file descriptor 4. */
  reports?: boolean;
}

const READY = 'ready\n';

/**
 * @param groups null where nothing on this machine limits or meters.
 * @returns with what the program reported.
 * @throws E_SANDBOX_BROKEN when the program could not be given what it needs; the signal's reason on abort.
 */
export async function runLimited(
  groups: ControlGroups | null,
  limits: ResourceLimits,
  argv: readonly string[],
  { through = [], before = [], reports = false, ...options }: LimitedOptions,
): Promise<ExecResult & { report: string }> {
  options.signal?.throwIfAborted();
  const group = await createGroup(groups, limits);
  // A core file would lie in the tree, and be part of what is handed over.
  const ours = options.thirdInput === undefined ? [4] : [3, 4];
  const inherited = (await inheritedDescriptors()).filter((descriptor) => !ours.includes(descriptor));
  const shell = inherited.some((descriptor) => descriptor > 9) ? ['bash', '--norc'] : ['/bin/sh']; // POSIX shells know the first ten only
  const lines = [
    ...inherited.map((descriptor) => `exec ${descriptor}>&-`),
    'ulimit -c 0',
    ...(group?.entry ?? []),
    ...before,
    `echo ${READY.trim()} >&4`,
    reports ? 'exec "$@"' : 'exec "$@" 4>&-',
  ];
  let said = '';
  let usage = null;
  let result: ExecResult;
  try {
    result = await runProcess([...through, ...shell, '-c', lines.join(' && '), 'sh', ...argv], {
      ...options,
      onFourthOutput: (text) => {
        said = text;
      },
      ...(group && { killRest: group.kill }),
    });
  } finally {
    usage = await group?.close();
  }
  if (result.ending === 'not-started' || (result.ending === 'exited' && !said.startsWith(READY))) throw broken(result);
  const outOfMemory = usage?.outOfMemory && result.ending !== 'timed-out';
  return {
    ...result,
    ...(outOfMemory && { ending: 'out-of-memory', exitCode: null }),
    cpuMs: usage?.cpuMs ?? null,
    report: said.slice(READY.length),
  };
}

/** Not the command's failure: what was to surround it did not come about. */
export function broken({ output, ending }: Pick<ExecResult, 'output' | 'ending'>): LonghaulError {
  return new LonghaulError('E_SANDBOX_BROKEN', `A command could not be started in the sandbox: ${output.trim().slice(-1000) || ending}`);
}

async function createGroup(groups: ControlGroups | null, limits: ResourceLimits) {
  try {
    return await groups?.create(limits);
  } catch (error) {
    throw broken({ output: (error as Error).message, ending: 'not-started' });
  }
}
