/** All that is read from a file's whole syntax tree and its tokens. */
import type { Node, Span } from 'oxc-parser';
import { FunctionScores, type ScoredFunction, TOP_LEVEL } from './complexity.ts';
import { readDeclarations } from './declarations.ts';
import type { FunctionFact, TextFacts } from './file-facts.ts';
import { fingerprint } from './fingerprints.ts';
import { readSyntaxTree, walkTree } from './syntax-tree.ts';
import { type OpaqueSpan, scanTokens, type Tokens } from './tokens.ts';

/**
 * One parse, one walk, one scan. Not for texts that are nested too deeply.
 * A text that does not follow the grammar has what the parser could save, which may be nothing at all.
 */
export function readTextFacts(path: string, text: string): TextFacts {
  const tree = readSyntaxTree(path, text);
  const scores = new FunctionScores();
  const opaque: OpaqueSpan[] = [];
  const imports: Node[] = [];
  walkTree(tree.program, TOP_LEVEL, (node, parent, place) => {
    if (isImport(node)) {
      imports.push(node);
      return undefined;
    }
    const span = opaqueSpan(node, parent);
    if (span) opaque.push(span);
    return scores.enter(node, parent, place);
  });

  const tokens = scanTokens(text, opaque);
  const lines = new CodeLines(text, tokens);
  const own = leaveOut(tokens, imports);
  return {
    functions: withLines(scores.functions, lines),
    linesOfCode: lines.count,
    silentLines: lines.silent,
    fingerprints: fingerprint(own),
    tokens: own.codes.length,
    ...readDeclarations(path, text, tree),
  };
}

/** A function inside takes its lines from the one around it, all but its first: that is where it is handed on. */
function withLines(functions: readonly ScoredFunction[], lines: CodeLines): FunctionFact[] {
  const own = new Map(functions.map((scored) => [scored, lines.countOf(scored.span)]));
  for (const { outer, span } of functions) if (outer) own.set(outer, (own.get(outer) as number) - lines.countOf(span) + 1);
  return functions.map((scored) => {
    const { name, span, cognitive, cyclomatic, statements } = scored;
    return { name, line: lines.lineOf(span.start), cognitive, cyclomatic, statements, linesOfCode: own.get(scored) as number };
  });
}

function isImport(node: Node): boolean {
  if (node.type === 'ExportNamedDeclaration') return node.source !== null;
  return node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration';
}

function opaqueSpan(node: Node, parent: Node | undefined): OpaqueSpan | undefined {
  if (node.type === 'JSXText') return { start: node.start, end: node.end, kind: 'string' };
  if (node.type !== 'Literal') return undefined;
  if ('regex' in node) return { start: node.start, end: node.end, kind: 'regex' };
  return parent?.type === 'JSXAttribute' ? { start: node.start, end: node.end, kind: 'string' } : undefined;
}

/** Lists of imports all look alike with their names left out, and nobody copies them: whoever copies code imports what it needs. */
function leaveOut({ codes, starts, lines, lastLines }: Tokens, spans: readonly Span[]): Tokens {
  const kept: Tokens = { codes: [], starts: [], lines: [], lastLines: [] };
  let span = 0;
  for (let index = 0; index < codes.length; index++) {
    const start = starts[index] as number;
    while (span < spans.length && (spans[span] as Span).end <= start) span++;
    if (span < spans.length && (spans[span] as Span).start <= start) continue;
    kept.codes.push(codes[index] as number);
    kept.starts.push(start);
    kept.lines.push(lines[index] as number);
    kept.lastLines.push(lastLines[index] as number);
  }
  return kept;
}

/** Which lines have a token on them; a template or a JSX text that goes over several lines is on each. */
class CodeLines {
  readonly silent: number[] = [];
  readonly #starts: number[] = [0];
  /** How many of the lines up to each have a token. */
  readonly #before: number[] = [0];

  constructor(text: string, { lines, lastLines }: Tokens) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
    const taken = new Uint8Array(this.#starts.length + 1);
    for (let index = 0; index < lines.length; index++) taken.fill(1, lines[index], (lastLines[index] as number) + 1);
    for (let line = 1, count = 0; line <= this.#starts.length; line++) {
      if (taken[line]) count++;
      else this.silent.push(line);
      this.#before.push(count);
    }
  }

  get count(): number {
    return this.#before.at(-1) as number;
  }

  countOf({ start, end }: Span): number {
    return (this.#before[this.lineOf(end)] as number) - (this.#before[this.lineOf(start) - 1] as number);
  }

  lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
