/** Progress to stderr: one line per event worth reading, and on a terminal a live line below them. */
import { stripVTControlCharacters, styleText } from 'node:util';
import type { ProgressEvent } from '#contracts';

export interface Progress {
  show(event: ProgressEvent): void;
  note(text: string): void;
  /** Redraws the live line; call it now and then. */
  tick(): void;
  end(): void;
}

/** @param stream stderr. Colours and redrawing only where it is a terminal that wants them. */
export function createProgress(stream: NodeJS.WriteStream, nowMs: () => number): Progress {
  const startedMs = nowMs();
  const live = stream.isTTY === true;
  const state = { milestones: 0, graded: 0, running: new Set<string>(), costUsd: 0, costKnown: true };
  const paint = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });

  const drawLive = () => {
    if (!live || state.milestones === 0) return;
    const elapsedMs = nowMs() - startedMs;
    const left = state.graded > 0 ? `, about ${clock((elapsedMs / state.graded) * (state.milestones - state.graded))} left` : '';
    const cost = state.costKnown ? `$${state.costUsd.toFixed(4)}` : 'cost unknown';
    const line = `${state.graded} of ${state.milestones} milestones graded, ${state.running.size} trials running, ${clock(elapsedMs)}${left}, ${cost}`;
    stream.write(`\r\u001b[K${paint('dim', line.slice(0, (stream.columns ?? 80) - 1))}`);
  };
  const print = (text: string) => {
    stream.write(`${live ? '\r\u001b[K' : ''}${paint('dim', clock(nowMs() - startedMs))}  ${text}\n`);
    drawLive();
  };
  return {
    show(event) {
      count(event, state);
      const line = describe(event, paint);
      if (line !== null) print(line);
    },
    note: print,
    tick: drawLive,
    end() {
      if (live) stream.write('\r\u001b[K');
    },
  };
}

function count(
  event: ProgressEvent,
  state: { milestones: number; graded: number; running: Set<string>; costUsd: number; costKnown: boolean },
): void {
  switch (event.type) {
    case 'run-queued':
      state.milestones = event.milestones;
      break;
    case 'trial-started':
      state.running.add(event.trialId);
      break;
    case 'trial-finished':
    case 'trial-failed':
      state.running.delete(event.trialId);
      break;
    case 'milestone-graded':
      state.graded += 1;
      if (event.costUsd === null) state.costKnown = false;
      else state.costUsd += event.costUsd;
      break;
    default:
  }
}

/** Text of an event, or null for those that only the live line counts. Words of models and repositories come without control characters. */
function describe(event: ProgressEvent, paint: (format: 'green' | 'red' | 'yellow' | 'bold', text: string) => string): string | null {
  switch (event.type) {
    case 'run-queued':
      return `run ${paint('bold', event.runId)}: ${event.trials} trials, ${event.milestones} milestones`;
    case 'trial-started':
      return event.fromMilestone === null
        ? `${event.agent} starts on worker ${event.worker}`
        : `${event.agent} goes on at ${event.fromMilestone} on worker ${event.worker}`;
    case 'milestone-graded': {
      const outcome =
        event.useful === 'yes'
          ? paint('green', 'useful')
          : event.useful === 'unscored'
            ? paint('yellow', 'unscored')
            : event.resolved === 'yes'
              ? paint('yellow', 'resolved, not useful')
              : paint('red', 'not resolved');
      const regressions = event.regressions > 0 ? paint('red', `, ${event.regressions} regressions`) : '';
      return `${event.agent}  ${event.milestone}  ${outcome}${regressions}`;
    }
    case 'fold-finished':
      return event.status === 'broken'
        ? paint('yellow', `${event.agent}  ${event.milestone}  human commits do not fit its tree; it goes on from the human tree`)
        : event.brokenTests > 0
          ? `${event.agent}  ${event.milestone}  human commits broke ${event.brokenTests} tests of its tree`
          : null;
    case 'architecture-sensed': {
      const gates = event.introduced.filter(({ severity }) => severity === 'gate').map(({ rule }) => rule);
      return gates.length === 0 || typeof event.at !== 'number'
        ? null
        : `${event.milestone}  iteration ${event.at} brought ${[...new Set(gates)].map(firstLine).join(', ')}`;
    }
    case 'architecture-unseen':
      return event.restarted ? null : paint('yellow', `${event.milestone}  the architecture is not seen: ${firstLine(event.reason)}`);
    case 'architecture-self-checked':
      return event.differences.length === 0
        ? null
        : paint('yellow', `${event.milestone}  the architecture was read anew: ${firstLine(event.differences[0] ?? '')}`);
    case 'trial-failed':
      return paint('red', `${event.agent} failed: ${event.code} ${firstLine(event.message)}`);
    case 'trial-finished':
      return `${event.agent} has finished`;
    case 'check-finished':
      return event.status === 'passed' ? null : `${event.milestone}  ${event.check} ${event.status}: ${firstLine(event.summary)}`;
    default:
      return null;
  }
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Without characters that command the terminal or turn its text around. */
function firstLine(text: string): string {
  const [line = ''] = stripVTControlCharacters(text).split('\n');
  return line.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}
