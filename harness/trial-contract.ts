/** What the architecture of a chain is held to. No agent ever edits it; only people's commits that are carried in amend it. */
import { type ArchitectureSnapshot, type DeclaredRules, inferContract } from '#architecture';
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

/** The same for equal contracts, and for no others: SHA-256 of all that it holds, 64 hexadecimal digits. */
export function contractId({ base, rules }: TrialContract): string {
  return inferContract(base, rules).id;
}

/** Slow drift stays visible against where the chain began; people's newer rules count from here on. */
export function contractAfterFold(contract: TrialContract | null, { rules }: Baseline): TrialContract | null {
  return contract && { ...contract, rules };
}
