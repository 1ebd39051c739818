/** A task's build steps and services around a command. */
import type { TaskSetup } from '#contracts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const READY_TRIES = 300;
/** Begins the line by which a failed step is told apart from a failed command. */
export const SETUP_FAILED = 'longhaul: ';

/**
 * A sandbox whose commands find the tree built and the services up.
 * All of it is one command of the sandbox, because services live only as long as the command that needs them:
 * build steps first, then the services, then the command in their company. A step that fails ends it all with its exit code.
 */
export function withSetup(sandbox: Sandbox, setup: Pick<TaskSetup, 'build' | 'services'>): Sandbox {
  if (setup.build.length === 0 && setup.services.length === 0) return sandbox;
  const script = [
    'set -e',
    ...setup.build.map((step) => `( ${step}\n) || { echo; echo "${SETUP_FAILED}a build step failed"; exit 1; }`),
    ...setup.services.map(
      ({ name, command, ready }) =>
        `( ${command}\n) >"\${TMPDIR:-/tmp}/service-${name}.log" 2>&1 &\n` +
        `tries=0\nuntil ( ${ready}\n) >/dev/null 2>&1; do tries=$((tries + 1)); ` +
        `if [ "$tries" -gt ${READY_TRIES} ]; then echo; echo "${SETUP_FAILED}service ${name} is not ready"; tail -c 2000 "\${TMPDIR:-/tmp}/service-${name}.log"; exit 1; fi; sleep 0.1; done`,
    ),
    '"$@"',
  ].join('\n');
  return {
    ...sandbox,
    inside: (mount) => sandbox.inside(mount),
    exec: (command) => sandbox.exec({ ...command, argv: ['bash', '-c', script, 'bash', ...command.argv] }),
  };
}
