/** Runs one command by sandbox-runtime, and ends as it ended. The library's manager is one per process, so there is one process per command. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { Assignment } from './assignment.ts';
import { mayBeReached } from './may-be-reached.ts';

const command = await begin(Assignment.parse(JSON.parse(readFileSync(3, 'utf8')))).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const [exitCode, signal] = (await once(command, 'exit')) as [number | null, NodeJS.Signals | null];
SandboxManager.cleanupAfterCommand();
await SandboxManager.reset();
if (signal !== null) process.kill(process.pid, signal);
process.exit(exitCode ?? 1);

async function begin({ script, environment, network, denyRead, allowRead, allowWrite, denyWrite }: Assignment): Promise<ChildProcess> {
  const named = (paths: readonly string[]) => paths.map((path) => ({ path, literal: true as const }));
  const filesystem = { denyRead: named(denyRead), allowRead: named(allowRead), allowWrite: named(allowWrite), denyWrite: named(denyWrite) };
  await SandboxManager.initialize(
    // The library refuses a pattern for every host, but asks for each that no list names.
    { network: { allowedDomains: [], deniedDomains: [], allowUnixSockets: allowWrite }, filesystem },
    network ? async ({ host }) => mayBeReached(host) : undefined,
  );
  return spawn('bash', ['-c', await SandboxManager.wrapWithSandbox(script, 'bash')], {
    // One bash deep, it would take our caller's pipe for a remote shell's, and read the user's .bashrc.
    env: { PATH: process.env.PATH, SHLVL: '2', ...environment },
    // The script says on its file descriptor 3 that it has begun, for whoever reads our 4.
    stdio: ['inherit', 'inherit', 'inherit', 4],
  });
}
