/** What an update of the tree touched, collected while it is being read. */

/** Paths, each list sorted. A file whose content is what it was is in none. */
export interface TreeChange {
  added: string[];
  changed: string[];
  removed: string[];
  /** Files that were linked anew, the changed ones among them. */
  relinked: number;
}

export class PendingChange {
  /** All paths that were looked at. */
  readonly told = new Set<string>();
  readonly added = new Set<string>();
  readonly changed = new Set<string>();
  readonly removed = new Set<string>();
  /** Files of any kind that came or went: what an import means may depend on them. */
  readonly moved = new Set<string>();
  /** Ids of files to link anew. */
  readonly relink = new Set<number>();
  /** A package.json, a tsconfig or what one of them extends. */
  configuration = false;
  /** Other folders than before count as output. Remembered until the tree has been looked through for what that means. */
  output = false;

  finish(relinked: number): TreeChange {
    return { added: [...this.added].sort(), changed: [...this.changed].sort(), removed: [...this.removed].sort(), relinked };
  }
}
