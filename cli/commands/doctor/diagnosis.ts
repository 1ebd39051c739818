/** What `longhaul doctor` says of one part of the machine. */

export interface Diagnosis {
  part: string;
  /** `missing` keeps Longhaul from running; `limited` leaves something out. */
  state: 'ok' | 'limited' | 'missing';
  found: string;
  /** Null where nothing needs fixing, or nothing can be done. */
  fix: string | null;
}
