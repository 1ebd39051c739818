/** A text's syntax tree, and a walk through it that no nesting can overflow. */
import { type Comment, type Node, type ParserOptions, type Program, parseSync, rawTransferSupported, visitorKeys } from 'oxc-parser';
import { ATTEMPTS, languageOf } from './module-record.ts';

export interface SyntaxTree {
  program: Program;
  comments: readonly Comment[];
  /** The text does not follow the grammar; the program holds what was understood, which may be nothing. */
  syntaxError: boolean;
}

/** Not for texts that are nested too deeply: the native parser takes the process down with it. */
export function readSyntaxTree(path: string, text: string): SyntaxTree {
  let first: SyntaxTree | undefined;
  for (const options of ATTEMPTS[languageOf(path)]) {
    const tree = parse(path, text, options);
    if (!tree.syntaxError) return tree;
    first ??= tree;
  }
  return first as SyntaxTree;
}

/**
 * The parser's raw transfer makes the same tree in a third of the time, but reserves 6 GiB of addresses, which a small machine may refuse,
 * and recurses, which a chain of three thousand `else if` overflows. Both end in an error, after which the slow way is taken.
 */
function parse(path: string, text: string, options: ParserOptions): SyntaxTree {
  if (rawTransferSupported()) {
    try {
      return treeOf(parseSync(path, text, { ...options, preserveParens: false, experimentalRawTransfer: true } as ParserOptions));
    } catch {}
  }
  return treeOf(parseSync(path, text, { ...options, preserveParens: false }));
}

function treeOf({ program, comments, errors }: ReturnType<typeof parseSync>): SyntaxTree {
  return { program, comments, syntaxError: errors.some((error) => error.severity === 'Error') };
}

/**
 * Calls `enter` for every node, parents first, in the order of the text. What it returns is handed to the children of that node;
 * `undefined` leaves them out.
 */
export function walkTree<Context>(
  root: Node,
  context: Context,
  enter: (node: Node, parent: Node | undefined, context: Context) => Context | undefined,
): void {
  const nodes: Node[] = [root];
  const parents: (Node | undefined)[] = [undefined];
  const contexts: Context[] = [context];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const inner = enter(node, parents.pop(), contexts.pop() as Context);
    if (inner === undefined) continue;
    const keys = visitorKeys[node.type] ?? [];
    for (let index = keys.length - 1; index >= 0; index--) {
      const child = node[keys[index] as keyof Node] as unknown as Node | null | (Node | null)[];
      if (child === null || child === undefined) continue;
      if (!Array.isArray(child)) {
        nodes.push(child);
        parents.push(node);
        contexts.push(inner);
        continue;
      }
      for (let place = child.length - 1; place >= 0; place--) {
        const item = child[place];
        if (!item) continue;
        nodes.push(item);
        parents.push(node);
        contexts.push(inner);
      }
    }
  }
}
