/** Runs a program to its end, and says what the processor and the memory gave for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface MeasuredRun {
  /** User and system time of the program and of every process it waited for. Resolution 10 ms or better. */
  cpuSeconds: number;
  wallSeconds: number;
  /** Of its largest process, by the kernel's own high-water mark, asked every 10 ms. NaN where there is no `/proc`. */
  peakMb: number;
  /** The end of what it wrote to standard output. */
  output: string;
}

export interface Program {
  command: string;
  args: readonly string[];
  folder: string;
  /** Exit codes of a run that did its work, a tool that finds cycles ends with 1; `any` for one that ends with their number. */
  accepts: readonly number[] | 'any';
  timeoutSeconds: number;
}

/** The shell's own account of its children: POSIX, and so at hand wherever Longhaul runs. It goes to a pipe of its own. */
const ACCOUNT = '"$@" 3>&-; code=$?; times >&3; exit $code';
const KEPT_OUTPUT = 64 * 1024;

/** @throws with the reason in words when the program does not start, takes too long or ends with another exit code */
export async function runMeasured({ command, args, folder, accepts, timeoutSeconds }: Program): Promise<MeasuredRun> {
  const startedMs = performance.now();
  const child = spawn('sh', ['-c', ACCOUNT, 'sh', command, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const [output, errors, account] = [1, 2, 3].map((index) => collect(child, index)) as [() => string, () => string, () => string];
  const memory = watchMemory(child.pid ?? 0);
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    // The whole group: what the program started goes with it.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(deadline);
  const wallSeconds = (performance.now() - startedMs) / 1000;
  const peakMb = await memory.stop();
  if (late) throw new Error(`not done within ${timeoutSeconds} s`);
  if (code === null || (accepts !== 'any' && !accepts.includes(code)))
    throw new Error(`exit code ${code}: ${lastLine(errors()) || lastLine(output())}`);
  return { cpuSeconds: childSeconds(account()), wallSeconds, peakMb, output: output() };
}

function collect(child: ChildProcess, index: number): () => string {
  let text = '';
  child.stdio[index]?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-KEPT_OUTPUT);
  });
  return () => text;
}

/** `times` prints two lines, the shell's own and its children's, each user and system: `0m1.230s 0m0.120s`. */
function childSeconds(account: string): number {
  const [, children = ''] = account.trim().split('\n');
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  if (parts.length !== 2) throw new Error(`the shell's account of its children is not understood: ${account}`);
  return (parts[0] as number) + (parts[1] as number);
}

function watchMemory(root: number): { stop(): Promise<number> } {
  let peakKb = Number.NaN;
  let stopped = false;
  const watched = (async () => {
    while (!stopped) {
      for (const pid of await descendants(root)) {
        const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
        const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
        if (kb !== undefined) peakKb = Math.max(Number.isNaN(peakKb) ? 0 : peakKb, Number(kb));
      }
      await new Promise((resume) => setTimeout(resume, 10));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watched;
      return peakKb / 1024;
    },
  };
}

async function descendants(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')));
  const children = texts.flatMap((text) => text.trim().split(' ').filter(Boolean).map(Number));
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
