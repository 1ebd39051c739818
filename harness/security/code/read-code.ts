/** What one file of source can do and calls, whatever it holds. */
import { lineCounter } from '../finding.ts';
import { type CapabilityUse, capabilitiesOf } from './capabilities.ts';
import { type DangerousCall, dangerousCalls } from './dangerous-calls.ts';
import { parseSource } from './parse-source.ts';

/** Three times the largest file of code that package managers commit for themselves (`.yarn/releases`). */
const MAX_CHARS = 8_000_000;

export interface CodeFacts {
  uses: (CapabilityUse & { line: number })[];
  calls: (DangerousCall & { line: number })[];
  /** Why nothing is known of it. */
  problem?: string;
}

const NOTHING: CodeFacts = { uses: [], calls: [] };

export function readCode(path: string, text: string | null): CodeFacts {
  if (text === null) return NOTHING;
  if (text.length > MAX_CHARS) return { ...NOTHING, problem: `longer than ${MAX_CHARS} characters` };
  try {
    const source = parseSource(path, text);
    if (!source) return { ...NOTHING, problem: 'no syntax of TypeScript or JavaScript' };
    const lineAt = lineCounter(text);
    const withLine = <Fact extends { start: number }>(fact: Fact) => ({ ...fact, line: lineAt(fact.start) });
    return { uses: capabilitiesOf(source).map(withLine), calls: dangerousCalls(source).map(withLine) };
  } catch (error) {
    // The tree is walked by recursion.
    if (error instanceof RangeError) return { ...NOTHING, problem: 'nested too deeply' };
    throw error;
  }
}
