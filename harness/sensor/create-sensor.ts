/** Looks at the architecture of an agent's tree after its iterations, and tells what came and went. It decides nothing and holds nobody up. */
import type { ProgressEvent, RunId, SensedFinding, SensedMilestone, SensedMoment, TrialId } from '#contracts';
import type { HarnessDeps } from '../harness-deps.ts';
import type { TrialContract } from '../trial-contract.ts';
import { findingChanges, type KnownFindings, knownFindings } from './finding-changes.ts';
import { watchUnused } from './watch-unused.ts';
import { type Seen, type SensedWorkspace, type WarmTree, warmTree } from './warm-tree.ts';

/** After so many iterations a full rebuild must equal what was kept up to date. */
const SELF_CHECK_EVERY = 25;
const MAX_TOLD = 100;
const MAX_KEPT = 1_000;

/**
 * `begin` and `end` enclose the agent's work on a milestone. A sensor that is lost is started anew, once a milestone; if that does not help,
 * what was not seen is said, and the trial goes on. Throws nothing but the signal's reason.
 */
export interface Sensor extends AsyncDisposable {
  /** Waits until the tree is known as it stands; the agent may begin then. */
  begin(milestone: string, tree: SensedTree): Promise<void>;
  /** Returns at once. While one look is under way, whatever comes is covered by the next. */
  afterIteration(index: number): void;
  /** One last look, for what no iteration has covered. */
  end(): Promise<SensedMilestone>;
}

export interface SensedTree {
  /** Another one than before is another tree, in which nothing of the old one lives on. */
  workspace: SensedWorkspace;
  /** Null when the human tree could not be read. */
  contract: TrialContract | null;
}

/** @param known what an earlier attempt of this trial had found in the tree that it left. */
export function createSensor(
  { host, emit, signal: outer }: Pick<HarnessDeps, 'host' | 'emit' | 'signal'>,
  trial: { runId: RunId; trialId: TrialId },
  known: readonly SensedFinding[],
): Sensor {
  const over = new AbortController();
  const signal = AbortSignal.any([outer, over.signal]);
  let warm: WarmTree | null = null;
  let contract: TrialContract | null = null;
  let findings = knownFindings(known);
  let unused = watchUnused();
  let milestone = '';
  let seen = nothingSeen();
  let restarted = false;
  /** No sensor is left for this milestone. */
  let givenUp = false;
  let doubted = false;
  /** The last iteration of the milestone that a look has covered, and the last that has ended. */
  let covered = -1;
  let ended = -1;
  let unchecked = 0;
  let looking: Promise<void> | null = null;

  const tell = (event: Told) => emit({ ...trial, milestone, ...event } as ProgressEvent);
  const lose = (at: SensedMoment, reason: string) => {
    const isFirst = !restarted;
    restarted = true;
    if (!isFirst) [givenUp, seen.blind] = [true, reason];
    tell({ type: 'architecture-unseen', at, reason, restarted: isFirst });
  };

  /** What cannot be compared ends nothing and begins nothing. Said once for looks in a row; the next look may see again. */
  const doubt = (at: SensedMoment, reason: string) => {
    if (!doubted) tell({ type: 'architecture-unseen', at, reason, restarted: false });
    doubted = true;
    seen.blind ??= reason;
  };

  const look = async (at: SensedMoment, iterations: number) => {
    const startedMs = performance.now();
    while (warm !== null && contract !== null && !givenUp) {
      const outcome = await warm.see(contract);
      if (outcome.status === 'lost') {
        lose(at, outcome.reason);
        continue;
      }
      if (outcome.seen.look.doubt !== null) {
        doubt(at, outcome.seen.look.doubt);
        return;
      }
      doubted = false;
      const changes = keep(at, outcome.seen);
      const {
        look: { counts },
        changedFiles,
      } = outcome.seen;
      tell({ type: 'architecture-sensed', at, iterations, counts, ...changes, changedFiles, wallMs: msSince(startedMs) });
      return;
    }
  };
  const keep = (at: SensedMoment, { look: { findings: now } }: Seen) => {
    const before: KnownFindings = findings;
    findings = knownFindings(now);
    const { introduced, healed } = findingChanges(before, findings);
    const lasting = typeof at === 'number' ? unused.lasting(findings) : [];
    const changes = [
      ...introduced.map((finding) => ({ ...finding, what: 'introduced' as const, at })),
      ...healed.map((finding) => ({ ...finding, what: 'healed' as const, at })),
      ...lasting.map((finding) => ({ ...finding, what: 'lasting' as const, at })),
    ];
    const room = Math.max(0, MAX_KEPT - seen.changes.length);
    seen.looks += 1;
    seen.changes.push(...changes.slice(0, room));
    seen.leftOut += Math.max(0, changes.length - room);
    return { introduced: introduced.slice(0, MAX_TOLD), healed: healed.slice(0, MAX_TOLD), lasting: lasting.slice(0, MAX_TOLD) };
  };
  const selfCheck = async (at: SensedMoment) => {
    const startedMs = performance.now();
    if (warm === null || contract === null) return;
    const outcome = await warm.check(contract);
    if (outcome.status === 'lost') {
      lose(at, outcome.reason);
      return;
    }
    const { differences } = outcome.seen;
    seen.selfChecks.made += 1;
    if (differences.length > 0) seen.selfChecks.failed += 1;
    tell({ type: 'architecture-self-checked', at, differences, wallMs: msSince(startedMs) });
  };
  const catchUp = async () => {
    while (covered < ended) {
      const [from, to] = [covered, ended];
      covered = to;
      await look(to, to - from);
      unchecked += to - from;
      if (unchecked < SELF_CHECK_EVERY || givenUp) continue;
      unchecked = 0;
      await selfCheck(to);
    }
  };

  return {
    async begin(name, tree) {
      [milestone, seen, restarted, givenUp, doubted, covered, ended] = [name, nothingSeen(), false, false, false, -1, -1];
      if (warm !== null && warm.workspace !== tree.workspace) {
        warm[Symbol.dispose]();
        warm = null;
        findings = new Map();
        unused = watchUnused();
      }
      warm ??= warmTree(host, tree.workspace, signal);
      contract = tree.contract;
      if (contract === null) seen.blind = 'the human tree could not be read';
      await look('start', 0);
    },
    afterIteration(index) {
      ended = index;
      // Its only error is the signal's reason, which the trial meets by itself.
      looking ??= catchUp()
        .catch(() => {})
        .finally(() => {
          looking = null;
        });
    },
    async end() {
      await looking;
      signal.throwIfAborted();
      await look('end', 0);
      return seen;
    },
    async [Symbol.asyncDispose]() {
      over.abort(new Error('the trial is over'));
      await looking;
      warm?.[Symbol.dispose]();
    },
  };
}

type SensorEvent = Extract<ProgressEvent, { type: 'architecture-sensed' | 'architecture-unseen' | 'architecture-self-checked' }>;
/** `Omit` that keeps the members of a union apart. */
type Told = SensorEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'runId' | 'trialId' | 'milestone'> : never) : never;

function nothingSeen(): SensedMilestone {
  return { looks: 0, changes: [], leftOut: 0, selfChecks: { made: 0, failed: 0 }, blind: null };
}

function msSince(startedMs: number): number {
  return Math.round(performance.now() - startedMs);
}
