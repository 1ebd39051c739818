/** A task's build steps and services around a command. */
import { quote } from 'shell-quote';
import type { TaskSetup } from '#contracts';

const READY_SECONDS = 30;
const LOG_BYTES = 3000;

/**
 * A command that finds the tree built and the services up. All of it is one command of the sandbox, because services live only
 * as long as the command that needs them: build steps first, once, then the services, then the command in their company.
 * A step that fails ends it all, with what it printed; so does a service that ends or is not ready after 30 seconds, with its log.
 * @param stage file, as the command sees it, that is told how far it has come.
 */
export function withSetup(argv: readonly string[], { build, services }: Pick<TaskSetup, 'build' | 'services'>, stage: string): string[] {
  if (build.length === 0 && services.length === 0) return [...argv];
  const script = [
    `stage() { echo "$*" >>${quote([stage])}; }`,
    ...build.map((step, at) => `stage build ${at}\nbash -c ${quote([step])} || { stage failed; exit 1; }`),
    ...services.map(({ name, command, ready }, at) => {
      const log = `"\${TMPDIR:-/tmp}/service-${name}.log"`;
      const giveUp = (outcome: string) => `{ stage ${outcome}; tail -c ${LOG_BYTES} ${log}; exit 1; }`;
      return [
        `stage service ${at}`,
        `bash -c ${quote([command])} >${log} 2>&1 & service_${at}=$!`,
        `late=$((SECONDS + ${READY_SECONDS}))`,
        `until bash -c ${quote([ready])} >/dev/null 2>&1; do`,
        `  kill -0 "$service_${at}" 2>/dev/null || ${giveUp('ended')}`,
        `  [ "$SECONDS" -lt "$late" ] || ${giveUp('late')}`,
        '  sleep 0.1',
        'done',
      ].join('\n');
    }),
    'stage tests',
    '"$@"',
    'code=$?',
    ...services.map((_, at) => `kill -0 "$service_${at}" 2>/dev/null || stage lost ${at}`),
    'exit "$code"',
  ].join('\n');
  return ['bash', '-c', script, 'bash', ...argv];
}

export interface SetupOutcome {
  /** Why the command itself was not run, or null. */
  failure: string | null;
  /** What went wrong beside it. */
  gaps: string[];
}

/** @param stages what the stage file holds; nothing of it is believed beyond the words of a reason. */
export function readSetup(stages: string, { build, services }: Pick<TaskSetup, 'build' | 'services'>): SetupOutcome {
  const lines = stages.split('\n').filter((line) => line !== '');
  const started = lines.indexOf('tests');
  if (started !== -1) {
    const lost = lines.slice(started).flatMap((line) => services[Number(/^lost (\d+)$/.exec(line)?.[1] ?? Number.NaN)]?.name ?? []);
    return { failure: null, gaps: lost.map((name) => `the service ${name} ended before the tests did`) };
  }
  const [, kind, at] = /^(build|service) (\d+)$/.exec(lines.findLast((line) => /^(build|service) \d+$/.test(line)) ?? '') ?? [];
  const outcome = lines.at(-1);
  if (kind === 'build') {
    const step = (build[Number(at)] ?? '').slice(0, 200);
    return { failure: outcome === 'failed' ? `a build step failed: ${step}` : `a build step did not end: ${step}`, gaps: [] };
  }
  if (kind === undefined) return { failure: null, gaps: [] };
  const name = services[Number(at)]?.name;
  if (outcome === 'ended') return { failure: `the service ${name} ended before it was ready`, gaps: [] };
  return { failure: `the service ${name} was not ready in time`, gaps: [] };
}
