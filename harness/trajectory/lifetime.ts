/** Starts what should live on after the command, or ends what is not its own. */
import type { Sign, Step } from './step.ts';

/**
 * Warn: a process that leaves its session, a scheduler, a signal to process 1, to the parent or to everything.
 * Record: a server put into the background, and a kill by name: both are how one tries a server out.
 */
export function outlives({ commands }: Step): Sign[] {
  const signs = commands.flatMap((command): Sign[] => {
    const { program, args, background, text: by } = command;
    if (program === 'crontab' && args.includes('-l')) return [];
    if (/^(setsid|crontab|at|batch|systemctl|systemd-run|service|daemonize|pm2|forever)$/.test(program)) {
      return [{ rule: 'outliving-process', severity: 'warn', what: `started something that outlives its command (${program})`, by }];
    }
    if (/^(screen|tmux)$/.test(program) && args.some((each) => /^-\w*d|^new/.test(each))) {
      return [{ rule: 'outliving-process', severity: 'warn', what: `started something that outlives its command (${program})`, by }];
    }
    if (isKill(program) && args.some((each) => /^(-1|1|0|\$PPID|\$\{PPID\})$/.test(each)) && !isSignalOnly(args)) {
      return [{ rule: 'kill-attempt', severity: 'warn', what: 'sent a signal to what is not its own', by }];
    }
    if (/^(pkill|killall)$/.test(program)) return [{ rule: 'kill-attempt', severity: 'record', what: 'ended processes by name', by }];
    if (/^(nohup|disown)$/.test(program) || background) {
      return [{ rule: 'outliving-process', severity: 'record', what: 'put something into the background', by }];
    }
    return [];
  });
  return signs;
}

function isKill(program: string): boolean {
  return program === 'kill' || program === 'pkill';
}

/** `kill -1 4711` sends the signal HUP. */
function isSignalOnly(args: readonly string[]): boolean {
  return (
    args[0] === '-1' &&
    args.length > 1 &&
    args.slice(1).every((each) => /^(\$?\w+|%\d+)$/.test(each) && each !== '1' && each !== '0' && each !== '$PPID')
  );
}
