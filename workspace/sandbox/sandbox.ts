/** Sandbox: where foreign code runs, and what it can reach from there. */
import type { ExecOptions, ExecResult, Isolation } from '#contracts';

/** A folder of the host that a command may see, and where it sees it. */
export interface Mount {
  host: string;
  inside: string;
  writable: boolean;
}

export interface SandboxCommand extends ExecOptions {
  argv: readonly string[];
  /** Working folder, as seen inside. */
  cwd: string;
  /** Beside what the sandbox itself was opened with. */
  mounts?: readonly Mount[];
  /** Off unless asked for: only installs may. */
  network?: boolean;
}

/** One private place: its own home and temporary folder, kept from command to command, gone when closed. */
export interface Sandbox {
  readonly isolation: Isolation;
  /** Where a mounted folder lies for the commands. Without a sandbox that is the host's own path. */
  inside(mount: Mount): string;
  /** Path of the Node binary for the commands. */
  readonly node: string;
  exec(command: SandboxCommand): Promise<ExecResult>;
}
