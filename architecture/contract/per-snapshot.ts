/** Remembers what was computed of a snapshot for as long as somebody holds it: a base is compared with many heads. */
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** Snapshots are never changed, so an answer stays right. @param compute pure */
export function perSnapshot<Result>(compute: (snapshot: ArchitectureSnapshot) => Result): (snapshot: ArchitectureSnapshot) => Result {
  const known = new WeakMap<ArchitectureSnapshot, { result: Result }>();
  return (snapshot) => {
    const answer = known.get(snapshot) ?? { result: compute(snapshot) };
    known.set(snapshot, answer);
    return answer.result;
  };
}
