/** A change as texts: what the rules of integrity are asked about. */

export interface ChangedFile {
  path: string;
  /** The text, or null where there is no such file. */
  before: string | null;
  /** Of a symbolic link, its target. */
  after: string | null;
  /** A symbolic link lies there after the change. */
  link?: boolean;
}

export interface Change {
  /** Every path that differs, text files only. A file that did not change may be among them; rules then know it. */
  files: readonly ChangedFile[];
  /**
   * The same, for the commit that a human made for the same request. What the human did too is never held against anyone: such a finding
   * becomes a record. Without a reference nothing says what the request asks of the tests, and what happened to a test is at most a warning.
   */
  reference?: readonly ChangedFile[];
  /** What the request asks for. */
  intent?: { removedExports?: readonly string[] };
}
