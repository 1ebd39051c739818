/** Sandbox: where foreign code runs, and what it can reach from there. */
import type { ExecOptions, ExecResult, Isolation } from '#contracts';

/** A folder or file of the host that a command may see, and where it sees it. */
export interface Mount {
  host: string;
  inside: string;
  writable: boolean;
}

/**
 * A shared folder that looks writable to the command: what it writes, deletes or renames lands in `changes`,
 * which is kept from command to command, and never in `lower`. Only one command at a time may use the same `changes`.
 */
export interface OverlayMount {
  lower: string;
  /** A folder for our use alone, on a file system that can hold overlay changes; its content is ours to lay out. */
  changes: string;
  inside: string;
}

export interface SandboxCommand extends ExecOptions {
  argv: readonly string[];
  /** Working folder, as seen inside. */
  cwd: string;
  /** Beside what the sandbox itself was opened with. Mounted in order, so that one may lie inside another. */
  mounts?: readonly Mount[];
  /** Mounted after `mounts`. Only where `overlays` of the sandbox is true. */
  overlays?: readonly OverlayMount[];
  /** Folders of programs, as seen inside, searched before those of the system. */
  path?: readonly string[];
  /** Off unless asked for: only installs may. */
  network?: boolean;
}

/** One private place: its own home and temporary folder, kept from command to command, gone when closed. */
export interface Sandbox {
  readonly isolation: Isolation;
  /** Whether commands may be given overlay mounts. */
  readonly overlays: boolean;
  /** Where a mounted folder lies for the commands. Without a sandbox that is the host's own path. */
  inside(mount: Pick<Mount, 'host' | 'inside'>): string;
  exec(command: SandboxCommand): Promise<ExecResult>;
  /** Another one like it, with a home and a temporary folder that no command has written to. @param folder private to it; made when missing. */
  apart(folder: string): Promise<Sandbox>;
}
