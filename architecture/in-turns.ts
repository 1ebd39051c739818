/** Divides long work into short turns, so that timers run and locks are renewed in between. */

/** About as long as nobody notices. */
const TURN_MS = 10;

/** @throws the signal's reason when aborted, between two turns */
export async function inTurns<Item>(items: Iterable<Item>, work: (item: Item) => void, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  let startedMs = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - startedMs < TURN_MS) continue;
    await new Promise<void>((resume) => setImmediate(resume));
    signal?.throwIfAborted();
    startedMs = performance.now();
  }
}
