/** A sandbox whose commands find the environment of a commit, one command at a time. */
import type { ExecResult } from '#contracts';
import type { Environment } from './environment.ts';
import type { LaidDependencies } from './install/lay-dependencies.ts';
import type { Sandbox, SandboxCommand } from './sandbox/sandbox.ts';

export interface Equipment {
  environment: Environment;
  /** Null where nothing was laid. */
  laid: LaidDependencies | null;
}

/**
 * Commands wait for each other in the order they are given: two that mounted the same overlay at once would ruin it,
 * and none sees a tree that another is changing. A command's time limit begins when its turn comes.
 * @param equipment asked for at each command, because a workspace changes its environment between milestones.
 */
export function equip(sandbox: Sandbox, equipment: () => Equipment): Sandbox {
  let last: Promise<unknown> = Promise.resolve();
  const run = async (command: SandboxCommand): Promise<ExecResult> => {
    const { environment, laid } = equipment();
    const dependencies = (await laid?.mounts()) ?? { mounts: [], overlays: [] };
    return sandbox.exec({
      ...command,
      mounts: [...environment.mounts, ...(command.mounts ?? []), ...dependencies.mounts],
      overlays: [...(command.overlays ?? []), ...dependencies.overlays],
      path: [...(command.path ?? []), ...environment.path],
    });
  };
  return {
    ...sandbox,
    inside: (mount) => sandbox.inside(mount),
    exec(command) {
      const turn = last.then(() => run(command));
      last = turn.catch(() => {});
      return turn;
    },
  };
}
