/** What happened to one command in a workspace. */

/**
 * Every way a command can end is a value. `exited`: it ended by itself. `signalled`: something outside killed it.
 * `out-of-memory`: it, or something it had started, was killed at the memory limit. `timed-out`: we killed it and all it
 * had started. `not-started`: no such program.
 */
export interface ExecResult {
  ending: 'exited' | 'signalled' | 'out-of-memory' | 'timed-out' | 'not-started';
  /** Null unless `exited`. */
  exitCode: number | null;
  /** Standard output and error in the order they arrived; cut in the middle when longer than the limit. */
  output: string;
  /** How many characters the cut removed. */
  omittedChars: number;
  wallMs: number;
  /** Processor time of the command and all it started, milliseconds; null where nothing here meters it. */
  cpuMs: number | null;
}

export interface ExecOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Given to the command's standard input, which is then closed; without it, standard input is empty. */
  stdin?: string | Uint8Array;
  environment?: Record<string, string>;
  /** How much output is kept, in characters. */
  maxOutputChars?: number;
}
