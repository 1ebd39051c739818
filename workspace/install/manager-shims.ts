/** Little programs on the PATH of a project's commands, by which `npm`, `pnpm`, `yarn` and `bun` mean the right version. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeProgram } from '../node/node-program.ts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import { shellWord } from '../sandbox/shell-word.ts';
import { type ManagerProgram, runnerOf, startOf } from './manager-program.ts';

/** @param folder where they are written; made here. */
export async function writeShims(
  folder: string,
  { program, node, sandbox }: { program: ManagerProgram; node: NodeProgram; sandbox: Sandbox },
): Promise<{ mounts: Mount[]; path: string }> {
  const shims: Mount = { host: folder, inside: '/opt/shims', writable: false };
  const runner = runnerOf(program, node);
  await mkdir(folder, { recursive: true });
  for (const command of Object.keys(program.source.commands)) {
    const start = startOf(program, command, sandbox, sandbox.inside(runner)).map(shellWord).join(' ');
    const exports = Object.entries(program.manager.environment).map(([name, value]) => `export ${name}=${shellWord(value)}\n`);
    await writeFile(join(folder, command), `#!/bin/sh\n${exports.join('')}exec ${start} "$@"\n`);
    await chmod(join(folder, command), 0o755);
  }
  return { mounts: [shims, program.mount, ...(runner === node.mount ? [] : [runner])], path: sandbox.inside(shims) };
}
