/**
 * What we use of the library, stated here because npm leaves an optional package out where the Node that npm runs on is too old for it,
 * and our own types must hold there too. Source: its dist/sandbox/sandbox-config.d.ts and dist/sandbox/sandbox-manager.d.ts.
 */
declare module '@anthropic-ai/sandbox-runtime' {
  type NamedPlace = { path: string; literal: true };

  interface SandboxRuntimeConfig {
    network: { allowedDomains: string[]; deniedDomains: string[]; allowUnixSockets: string[] };
    filesystem: { denyRead: NamedPlace[]; allowRead: NamedPlace[]; allowWrite: NamedPlace[]; denyWrite: NamedPlace[] };
  }

  export const SandboxManager: {
    /** @param ask decides on every host that neither list names. Without it none is reached. */
    initialize(config: SandboxRuntimeConfig, ask?: (asked: { host: string; port: number | undefined }) => Promise<boolean>): Promise<void>;
    /** @returns one line of POSIX shell. */
    wrapWithSandbox(command: string, binShell: string): Promise<string>;
    cleanupAfterCommand(): void;
    reset(): Promise<void>;
  };
}
