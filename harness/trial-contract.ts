/** What the architecture of a chain is held to. No agent ever edits it; only people's commits that are carried in amend it. */
import { createHash } from 'node:crypto';
import type { ArchitectureSnapshot, DeclaredRules } from '#architecture';
import type { Baseline } from './baseline.ts';

export interface TrialContract {
  /** The human tree that the chain began with. */
  base: ArchitectureSnapshot;
  /** What people state about imports: as of that tree, or of the last commits that were carried in. */
  rules: DeclaredRules;
}

/** Where a chain begins; null when the human tree could not be read. */
export function contractAtStart({ before, rules }: Baseline): TrialContract | null {
  return before && { base: before, rules };
}

/** The same for equal contracts, and for no others: 16 hexadecimal digits of the SHA-256 of all that it holds. */
export function contractId({ base, rules }: TrialContract): string {
  return createHash('sha256')
    .update(JSON.stringify([base, rules]))
    .digest('hex')
    .slice(0, 16);
}

/** Slow drift stays visible against where the chain began; people's newer rules count from here on. */
export function contractAfterFold(contract: TrialContract | null, { rules }: Baseline): TrialContract | null {
  return contract && { ...contract, rules };
}
