/** Cuts out of a text what does not bind a consumer, and writes the rest on one line. */
import type { Program } from 'oxc-parser';
import { walkTree } from './syntax-tree.ts';

export interface Span {
  start: number;
  end: number;
}

/**
 * Any white space becomes one space, in string literals too.
 * @param cuts what to leave out, sorted by start; those outside of `span` do not matter
 */
export function cutText(text: string, span: Span, cuts: readonly Span[]): string {
  let from = span.start;
  let kept = '';
  for (let index = firstAtOrAfter(cuts, span.start); index < cuts.length; index++) {
    const cut = cuts[index] as Span;
    if (cut.start >= span.end) break;
    // A cut within a cut is gone already.
    if (cut.start < from || cut.end > span.end) continue;
    kept += `${text.slice(from, cut.start)} `;
    from = cut.end;
  }
  return (kept + text.slice(from, span.end)).replace(/\s+/g, ' ').trim();
}

export function sortSpans(spans: Span[]): Span[] {
  return spans.sort((a, b) => a.start - b.start);
}

function firstAtOrAfter(spans: readonly Span[], start: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Private members of published classes; TypeScript leaves their names there, without types. Of the first its `private` stays, because any
 * makes a class nominal; a constructor stays whole, because a private one cannot be called.
 */
export function spansOfPrivateMembers(program: Program, text: string): Span[] {
  const spans: Span[] = [];
  if (!text.includes('private ')) return spans;
  walkTree(program, spans, (node) => {
    if (node.type !== 'ClassBody') return spans;
    const hidden = node.body.filter(
      (each) => 'accessibility' in each && each.accessibility === 'private' && !('kind' in each && each.kind === 'constructor'),
    );
    const isNominal = node.body.some((each) => 'key' in each && each.key?.type === 'PrivateIdentifier');
    for (const [index, { start, end }] of hidden.entries()) {
      spans.push(index === 0 && !isNominal ? { start: start + 'private'.length, end: end - 1 } : { start, end });
    }
    return spans;
  });
  return spans;
}

/** What runs and is not seen: the bodies of functions and methods, and what an arrow function returns. */
export function spansOfBodies(program: Program): Span[] {
  const spans: Span[] = [];
  walkTree(program, spans, (node) => {
    const isFunction = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
    if (!isFunction) return spans;
    if (node.body) spans.push(node.body);
    return undefined;
  });
  return spans;
}
