/** What every corpus with known answers is run by, and returns. */
import type { Host } from '#workspace';

/** One case. What else is known of it comes on top. */
export interface JudgedCase {
  name: string;
  /** In words, as is `got`. */
  expected: string;
  got: string;
  ok: boolean;
}

/** The document that `--json` prints. */
export interface JudgeDocument<Case extends JudgedCase = JudgedCase, Summary = unknown> {
  corpus: string;
  date: string;
  machine: Record<string, string | number>;
  results: Case[];
  summary: Summary;
}

export interface JudgeAround {
  host: Host;
  signal: AbortSignal;
  /** Tells a person how far it is. */
  note: (line: string) => void;
}

export interface Judge {
  /** Its own options, for the help. */
  usage: string;
  /**
   * @param args its own options.
   * @throws E_USAGE for an option it does not have, E_CASE_MALFORMED; whatever keeps a case from being judged
   */
  run(args: readonly string[], around: JudgeAround): Promise<Judged>;
}

export interface Judged {
  results: JudgedCase[];
  summary: unknown;
  /** For people. */
  text: string;
  /** The tables of the document that tells of this corpus. */
  markdown: string;
}
