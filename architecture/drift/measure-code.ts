/** Measures the text of production files. */
import type { FunctionFact, TextFacts } from '../facts/file-facts.ts';
import type { Clones } from './clones.ts';
import type { CodeMetrics } from './metrics.ts';

/** Above this a function counts as complex (McCabe 1976, and the formula of SlopCodeBench). */
const COMPLEX = 10;

/** @param noteReason takes the name of a number and why it is null */
export function measureCode(
  texts: readonly TextFacts[],
  clones: Clones,
  noteReason: (metric: keyof CodeMetrics, reason: string) => void,
): CodeMetrics {
  const functions = texts.flatMap((text) => text.functions);
  const total = (numberOf: (text: TextFacts) => number) => texts.reduce((sum, text) => sum + numberOf(text), 0);
  const linesOfCode = total((text) => text.linesOfCode);
  const tokens = total((text) => text.tokens);
  const erosion = shareOfMass(functions, (each) => each.cyclomatic);
  const cognitiveErosion = shareOfMass(functions, (each) => each.cognitive);
  if (erosion === null) noteReason('erosion', 'There is no function.');
  if (cognitiveErosion === null) noteReason('cognitiveErosion', 'No function has any cognitive complexity.');
  if (linesOfCode === 0) noteReason('verbosity', 'There is no line of code.');
  if (tokens === 0) noteReason('clonedTokens', 'There is no code but imports.');
  return {
    files: texts.length,
    linesOfCode,
    functions: functions.length,
    cognitive: functions.reduce((sum, each) => sum + each.cognitive, 0),
    cyclomatic: functions.reduce((sum, each) => sum + each.cyclomatic, 0),
    functionsOver15: functions.filter((each) => each.cognitive > 15).length,
    functionsOver25: functions.filter((each) => each.cognitive > 25).length,
    erosion,
    cognitiveErosion,
    verbosity: linesOfCode === 0 ? null : clones.linesOfCode / linesOfCode,
    clonedTokens: tokens === 0 ? null : clones.tokens / tokens,
  };
}

function shareOfMass(functions: readonly FunctionFact[], complexityOf: (each: FunctionFact) => number): number | null {
  let mass = 0;
  let complexMass = 0;
  for (const each of functions) {
    const own = complexityOf(each) * Math.sqrt(each.linesOfCode);
    mass += own;
    if (complexityOf(each) > COMPLEX) complexMass += own;
  }
  return mass === 0 ? null : complexMass / mass;
}
