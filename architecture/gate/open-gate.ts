/** The architecture as somebody asks for it who is about to change the tree: the rules before an edit, the findings after it. */
import type { ArchitectureGate } from '#contracts';
import type { DeclaredRules } from '../contract/declared-rules.ts';
import { compareArchitecture } from '../findings/compare-architecture.ts';
import type { Architecture } from '../open-architecture.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { fileRules } from './file-rules.ts';

/**
 * Reads the same comparison as a check of the whole change does, so that what passes here passes there, save what tests and people add.
 * @param architecture of the tree that is changed; its owner closes nothing, and lets nobody else update it.
 * @param base what the change is held to, from before it; `rules` too.
 */
export function openGate(
  architecture: Architecture,
  { base, rules = { rules: [], unread: [] } }: { base: ArchitectureSnapshot; rules?: DeclaredRules },
): ArchitectureGate {
  const rulesOf = fileRules(base, rules);
  return {
    before: async (paths) => paths.map(rulesOf),
    async after(changedPaths) {
      await architecture.update(changedPaths);
      return compareArchitecture({ base, head: architecture.snapshot(), rules }).findings;
    },
  };
}
