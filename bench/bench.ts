/** What every bench is and returns. */

/** One line of a bench. */
export interface BenchResult {
  name: string;
  unit: string;
  ours: number;
  /** Peer to its value, in the same unit; the first is the one the ratio is made with. */
  against: Record<string, number>;
  /** Peer to the reason why it has no value: it is not installed, it failed, it took too long. */
  without?: Record<string, string>;
  /** The first peer's value over ours: how many times less ours is. Null without a peer. */
  ratio: number | null;
  /** In words, such as `at least 20x`. Null for a figure that is only shown. */
  aim: string | null;
  /** Null exactly when there is no aim. */
  met: boolean | null;
}

/** @param args the bench's own options. @param note tells a person how far it is. */
export type Bench = (args: readonly string[], note: (line: string) => void) => Promise<BenchResult[]>;

/** The document that `--json` prints. */
export interface BenchDocument {
  bench: string;
  date: string;
  machine: Record<string, string | number>;
  results: BenchResult[];
}

/** @param aim the ratio to reach with the first peer. */
export function compare(name: string, unit: string, ours: number, against: Record<string, number>, aim?: number): BenchResult {
  const [peer] = Object.values(against);
  const ratio = peer === undefined ? null : peer / ours;
  return {
    name,
    unit,
    ours,
    against,
    ratio,
    aim: aim === undefined ? null : `at least ${aim}x`,
    met: aim === undefined || ratio === null ? null : ratio >= aim,
  };
}

/** @param most the largest value that meets the aim */
export function within(name: string, unit: string, ours: number, most: number): BenchResult {
  return { name, unit, ours, against: {}, ratio: null, aim: `at most ${most} ${unit}`, met: ours <= most };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
