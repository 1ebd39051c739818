/** A task's services around a command. */
import { quote } from 'shell-quote';
import type { TaskSetup } from '#contracts';

const READY_SECONDS = 30;
const LOG_BYTES = 3000;

/**
 * A command that finds the services up and the report's key in its standard input. All of it is one command of the sandbox, because services
 * live only as long as the command that needs them. A service that ends or is not ready after 30 seconds ends it all, with its log.
 * The key comes by standard input and goes on by a pipe, which hands it out once: it never lies in a file, an environment or a
 * command line. A service that goes for the runner's own descriptors still gets it, and may put it back: both run as one user.
 * @param stage file, as the command sees it, that is told how far it has come.
 */
export function withServices(argv: readonly string[], services: TaskSetup['services'], stage: string): string[] {
  const script = [
    'read -r key',
    `stage() { echo "$*" >>${quote([stage])}; }`,
    ...services.map(({ name, command, ready }, at) => {
      const log = `"\${TMPDIR:-/tmp}/service-${name}.log"`;
      const giveUp = (outcome: string) => `{ stage ${outcome}; tail -c ${LOG_BYTES} ${log}; exit 1; }`;
      return [
        `stage service ${at}`,
        `bash -c ${quote([command])} >${log} 2>&1 </dev/null & service_${at}=$!`,
        `late=$((SECONDS + ${READY_SECONDS}))`,
        `until bash -c ${quote([ready])} >/dev/null 2>&1 </dev/null; do`,
        `  kill -0 "$service_${at}" 2>/dev/null || ${giveUp('ended')}`,
        `  [ "$SECONDS" -lt "$late" ] || ${giveUp('late')}`,
        '  sleep 0.1',
        'done',
      ].join('\n');
    }),
    'stage tests',
    ...(services.length === 0
      ? ['exec "$@" < <(printf %s "$key")']
      : [
          '"$@" < <(printf %s "$key")',
          'code=$?',
          ...services.map((_, at) => `kill -0 "$service_${at}" 2>/dev/null || stage lost ${at}`),
          'exit "$code"',
        ]),
  ].join('\n');
  return ['bash', '-c', script, 'bash', ...argv];
}

export interface ServicesOutcome {
  /** Why the command itself was not run, or null. */
  failure: string | null;
  /** What went wrong beside it. */
  gaps: string[];
}

/** @param stages what the stage file holds; nothing of it is believed beyond the words of a reason. */
export function readServices(stages: string, services: TaskSetup['services']): ServicesOutcome {
  const lines = stages.split('\n').filter((line) => line !== '');
  const started = lines.indexOf('tests');
  if (started !== -1) {
    const lost = lines.slice(started).flatMap((line) => services[Number(/^lost (\d+)$/.exec(line)?.[1] ?? Number.NaN)]?.name ?? []);
    return { failure: null, gaps: lost.map((name) => `the service ${name} ended before the tests did`) };
  }
  const at = /^service (\d+)$/.exec(lines.findLast((line) => /^service \d+$/.test(line)) ?? '')?.[1];
  if (at === undefined) return { failure: null, gaps: [] };
  const name = services[Number(at)]?.name;
  if (lines.at(-1) === 'ended') return { failure: `the service ${name} ended before it was ready`, gaps: [] };
  return { failure: `the service ${name} was not ready in time`, gaps: [] };
}
