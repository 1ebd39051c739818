/** The program as a user starts it: arguments in, both streams and the exit code out. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const ROOT = join(import.meta.dirname, '../..');

export interface CliResult {
  stdout: string;
  stderr: string;
  /** As a shell sees it: 128 + n after signal n. */
  code: number;
}

export interface CliOptions {
  /** Replaces the environment of the tests as a whole. */
  environment: Record<string, string>;
  /** Which Node; without it, the one of the tests. */
  node?: string;
  cwd?: string;
}

export interface StartedCli {
  readonly process: ChildProcess;
  /** Everything on stderr so far. */
  stderr(): string;
  /** Resolves with the first match on stderr. Fails when the program ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly result: Promise<CliResult>;
}

/** For programs that are to be watched, or to be sent a signal. */
export function startCli(args: readonly string[], { environment, node = process.execPath, cwd = ROOT }: CliOptions): StartedCli {
  const child = spawn(node, [join(ROOT, 'bin/longhaul.js'), ...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : signal === 'SIGINT' ? 130 : 143)));
  });
  const result = Promise.all([text(child.stdout), ended]).then(([stdout, code]) => ({ stdout, stderr: said, code }));
  return {
    process: child,
    stderr: () => said,
    result,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(said);
          if (match) resolve(match);
          return match !== null;
        };
        if (look()) return;
        child.stderr.on('data', look);
        result.then(() => look() || reject(new Error(`the program ended without saying ${pattern}:\n${said}`)), reject);
      }),
  };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).result;
}
