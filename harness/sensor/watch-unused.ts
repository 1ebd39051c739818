/** Tells which unused exports and files stay. */
import { stillPresent } from '#architecture';
import type { SensedFinding } from '#contracts';
import type { KnownFindings } from './finding-changes.ts';

const RULES = new Set(['unused-export', 'orphan']);
/** Source: DESIGN section 5; with it of 720 human commits 4 % bring an unused export, and fewer keep one. */
const LOOKS = 5;

export interface UnusedWatch {
  /** To be called after looks that cover iterations. @returns those that have been there for five more of them, each once, as warnings. */
  lasting(findings: KnownFindings): SensedFinding[];
}

export function watchUnused(): UnusedWatch {
  let history: string[][] = [];
  let told = new Set<string>();
  return {
    lasting(findings) {
      const unused = [...findings.values()].filter(({ rule }) => RULES.has(rule)).map(({ id }) => id);
      history = [...history.slice(-LOOKS), unused];
      const lasting = stillPresent(history, LOOKS);
      const fresh = lasting.filter((id) => !told.has(id));
      told = new Set(lasting);
      return fresh.flatMap((id) => {
        const finding = findings.get(id);
        return finding ? [{ ...finding, severity: 'warn' }] : [];
      });
    },
  };
}
