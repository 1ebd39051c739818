/** Runs one program on the host to its end and leaves none of its process group behind. */

import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import type { ExecOptions, ExecResult } from '#contracts';

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_OUTPUT_CHARS = 1_000_000;

/** How long a pipe may stay open after the end of all that was known to hold it. */
const LINGERING_MS = 5_000;

export interface ProcessOptions extends ExecOptions {
  cwd: string;
  environment: Record<string, string>;
  /** What the program can read from file descriptor 3. */
  thirdInput?: string;
  /** Opens file descriptor 4 for the program to write to; called with all of it once it has ended. */
  onFourthOutput?(text: string): void;
  /** Kills what the program has started and its process group does not hold. */
  killRest?(): Promise<void>;
}

/**
 * The program leads a process group of its own, which is killed as a whole at the end, at the time limit and on abort.
 * Standard output and error are kept in one text in the order they arrive; from a longer one the middle is dropped,
 * so that a program printing without end costs no memory.
 * @throws the signal's reason on abort; nothing else.
 */
export async function runProcess(argv: readonly string[], options: ProcessOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const startedMs = performance.now();
  const output = new BoundedText(options.maxOutputChars ?? DEFAULT_OUTPUT_CHARS);
  const [file, ...args] = argv;
  const child = execa(file ?? '', args, {
    cwd: options.cwd,
    env: options.environment,
    extendEnv: false,
    reject: false,
    buffer: false,
    all: true,
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    // Leads a process group, which is killed as a whole: at the time limit and on abort by execa, after its own exit below.
    killDescendants: true,
    killSignal: 'SIGKILL',
    ...(options.signal && { cancelSignal: options.signal }),
    stdio: [
      options.stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      options.thirdInput === undefined ? 'ignore' : 'pipe',
      options.onFourthOutput === undefined ? 'ignore' : 'pipe',
    ],
    ...(options.stdin === undefined ? {} : { input: options.stdin }),
  });
  child.all.setEncoding('utf8');
  child.all.on('data', (text: string) => output.append(text));
  const [, , , third, fourth] = child.nodeChildProcess.stdio as (Duplex | null | undefined)[];
  third?.on('error', () => {}).end(options.thirdInput);
  let status = '';
  fourth
    ?.on('error', () => {})
    .on('data', (text: Buffer) => {
      status += text.toString();
    });
  // A daemon that keeps a pipe open would keep us waiting for ever.
  let lingering: NodeJS.Timeout | undefined;
  child.nodeChildProcess.once('exit', () => {
    killGroup(child.pid);
    void options.killRest?.();
    lingering = setTimeout(() => {
      for (const stream of child.nodeChildProcess.stdio) stream?.destroy();
    }, LINGERING_MS);
  });

  const result = await child;
  clearTimeout(lingering);
  options.signal?.throwIfAborted();
  options.onFourthOutput?.(status);
  const ending = result.timedOut
    ? 'timed-out'
    : result.exitCode !== undefined
      ? 'exited'
      : result.signal !== undefined
        ? 'signalled'
        : 'not-started';
  return {
    ending,
    exitCode: result.exitCode ?? null,
    output: ending === 'not-started' ? (result.originalMessage ?? 'the program could not be started') : output.text(),
    omittedChars: output.omittedChars,
    wallMs: Math.round(performance.now() - startedMs),
    cpuMs: null,
  };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

/** Keeps the head and the tail of a text of any length. */
class BoundedText {
  readonly #half: number;
  #head = '';
  #tail = '';
  omittedChars = 0;

  constructor(limitChars: number) {
    this.#half = Math.ceil(limitChars / 2);
  }

  append(text: string): void {
    const room = this.#half - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail += text.slice(Math.max(room, 0));
    if (this.#tail.length > 2 * this.#half) this.#trim();
  }

  text(): string {
    this.#trim();
    return this.omittedChars === 0
      ? this.#head + this.#tail
      : `${this.#head}\n[... ${this.omittedChars} characters left out ...]\n${this.#tail}`;
  }

  #trim(): void {
    const surplus = this.#tail.length - this.#half;
    if (surplus <= 0) return;
    this.omittedChars += surplus;
    this.#tail = this.#tail.slice(surplus);
  }
}
