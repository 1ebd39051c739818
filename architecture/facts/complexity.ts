/** Scores the functions of one file: how hard each is to read, and how many paths lead through it. */
import type { ArrowFunctionExpression, CallExpression, Function as FunctionNode, LogicalExpression, Node, Span } from 'oxc-parser';

/** One function with a body, nested ones scored by themselves. */
export interface ScoredFunction {
  name: string;
  span: Span;
  /** The function right around it. */
  outer: ScoredFunction | undefined;
  cognitive: number;
  cyclomatic: number;
  statements: number;
}

/** Where a node stands: in which function (none at the top level and in class fields), how deep, in which class. */
export interface CodePlace {
  frame: Frame | undefined;
  nesting: number;
  className: string | undefined;
}

interface Frame {
  scored: ScoredFunction;
  outer: Frame | undefined;
  /** What a call of itself looks like: `walk(...)`, or `this.walk(...)` for a member. */
  ownName: string | undefined;
  isMember: boolean;
  callsItself: boolean;
}

export const TOP_LEVEL: CodePlace = { frame: undefined, nesting: 0, className: undefined };

/**
 * Cognitive complexity as in G. Ann Campbell, "Cognitive Complexity: a new way of measuring understandability", SonarSource, version 1.5:
 * one for each `if`, `else if`, `else`, `?:`, `switch`, loop, `catch`, jump to a label, run of like logical operators, and for a function
 * that calls itself; one more per level of nesting for all that opens a level but `else`. `??`, `?.`, `case` and early returns are free.
 * Two points are ours: a function inside another is scored by itself and starts at level 0, so that a factory is not the sum of what it
 * makes; and of recursions only a direct one is seen, by name.
 *
 * Cyclomatic complexity as in McCabe, "A complexity measure", TSE 2(4), 1976, counted as ESLint 10's rule `complexity` (variant `classic`)
 * does: one, and one more for each `if`, `?:`, loop, `case`, `catch`, `&&`, `||`, `??`, `&&=`, `||=`, `??=`, `?.` and default value.
 */
export class FunctionScores {
  readonly functions: ScoredFunction[] = [];

  /** To be called for every node, parents first. @returns where its children stand */
  enter(node: Node, parent: Node | undefined, place: CodePlace): CodePlace {
    if (isFunction(node)) return this.#open(node, parent, place);
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      return { ...place, className: node.id?.name ?? (parent && assignedName(node, parent)) ?? '<class>' };
    }
    // What initializes a class runs in no function of the text.
    if (
      node.type === 'StaticBlock' ||
      ((parent?.type === 'PropertyDefinition' || parent?.type === 'AccessorProperty') && parent.value === node)
    ) {
      return place.frame ? { ...place, frame: undefined } : place;
    }
    const { frame } = place;
    if (!frame) return place;
    if (STATEMENTS.has(node.type) && !(parent && isLoopHead(node, parent))) frame.scored.statements++;
    const inner = parent && opensLevel(node, parent) ? { ...place, nesting: place.nesting + 1 } : place;
    frame.scored.cyclomatic += branches(node);
    frame.scored.cognitive += readingCost(node, parent, inner.nesting);
    if (node.type === 'CallExpression') noteRecursion(node, frame);
    return inner;
  }

  #open(node: FunctionNode | ArrowFunctionExpression, parent: Node | undefined, place: CodePlace): CodePlace {
    const ownName = node.id?.name ?? (parent && assignedName(node, parent));
    const isClassMember = parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition';
    const name = isClassMember && ownName !== undefined && place.className !== undefined ? `${place.className}.${ownName}` : ownName;
    const isMember = !node.id && (isClassMember || parent?.type === 'Property' || isMemberAssignment(parent));
    const scored: ScoredFunction = {
      name: name ?? '<anonymous>',
      span: { start: node.start, end: node.end },
      outer: place.frame?.scored,
      cognitive: 0,
      cyclomatic: 1,
      statements: node.body?.type === 'BlockStatement' ? 0 : 1,
    };
    this.functions.push(scored);
    return { frame: { scored, outer: place.frame, ownName, isMember, callsItself: false }, nesting: 0, className: place.className };
  }
}

function isFunction(node: Node): node is FunctionNode | ArrowFunctionExpression {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

/** The variable, property or member that a value is given to where it is written. */
function assignedName(node: Node, parent: Node): string | undefined {
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init === node && parent.id.type === 'Identifier' ? parent.id.name : undefined;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'Property':
      return parent.value === node ? keyName(parent.key, parent.computed) : undefined;
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      if (parent.right !== node) return undefined;
      if (parent.left.type === 'MemberExpression') return keyName(parent.left.property, parent.left.computed);
      return parent.left.type === 'Identifier' ? parent.left.name : undefined;
    case 'ExportDefaultDeclaration':
      return 'default';
    default:
      return undefined;
  }
}

function isMemberAssignment(parent: Node | undefined): boolean {
  return parent?.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression';
}

function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Literal') return String(key.value);
  return key.type === 'Identifier' && !computed ? key.name : undefined;
}

/** Blocks only hold statements, and an empty one says nothing. */
const STATEMENTS: ReadonlySet<string> = new Set([
  'BreakStatement',
  'ContinueStatement',
  'DebuggerStatement',
  'DoWhileStatement',
  'ExpressionStatement',
  'ForInStatement',
  'ForOfStatement',
  'ForStatement',
  'IfStatement',
  'LabeledStatement',
  'ReturnStatement',
  'SwitchStatement',
  'ThrowStatement',
  'TryStatement',
  'WhileStatement',
  'WithStatement',
  'VariableDeclaration',
  'ClassDeclaration',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
  'TSEnumDeclaration',
]);

/** `let i = 0` in the head of a loop. */
function isLoopHead(node: Node, parent: Node): boolean {
  if (parent.type === 'ForStatement') return parent.init === node;
  return (parent.type === 'ForInStatement' || parent.type === 'ForOfStatement') && parent.left === node;
}

function branches(node: Node): number {
  switch (node.type) {
    case 'CatchClause':
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'AssignmentPattern':
      return 1;
    case 'SwitchCase':
      return node.test ? 1 : 0;
    case 'AssignmentExpression':
      return node.operator === '&&=' || node.operator === '||=' || node.operator === '??=' ? 1 : 0;
    case 'MemberExpression':
    case 'CallExpression':
      return node.optional ? 1 : 0;
    default:
      return 0;
  }
}

/** @param level how many levels the node stands in */
function readingCost(node: Node, parent: Node | undefined, level: number): number {
  // `else` is no node: what stands behind it pays.
  if (parent?.type !== 'IfStatement' || parent.alternate !== node) return costOf(node, parent, level);
  return node.type === 'IfStatement' ? 1 : 1 + costOf(node, parent, level);
}

function costOf(node: Node, parent: Node | undefined, level: number): number {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'SwitchStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'CatchClause':
      return 1 + level;
    case 'BreakStatement':
    case 'ContinueStatement':
      return node.label ? 1 : 0;
    case 'LogicalExpression':
      return parent?.type === 'LogicalExpression' ? 0 : runsOfLikeOperators(node);
    default:
      return 0;
  }
}

function opensLevel(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'IfStatement':
      return parent.consequent === node || (parent.alternate === node && node.type !== 'IfStatement');
    case 'ConditionalExpression':
      return parent.test !== node;
    case 'SwitchStatement':
      return parent.discriminant !== node;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'CatchClause':
      return parent.body === node;
    default:
      return false;
  }
}

/** `a && b && c || d` has two runs; parentheses change nothing, and `??` is not there. */
function runsOfLikeOperators(root: LogicalExpression): number {
  let runs = 0;
  let previous: string | undefined;
  const pending: (Node | string)[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'string') {
      if (next.type === 'LogicalExpression') pending.push(next.right, next.operator, next.left);
    } else if (next !== '??') {
      if (next !== previous) runs++;
      previous = next;
    }
  }
  return runs;
}

/** A call from a function inside it is one of its own too. */
function noteRecursion({ callee }: CallExpression, innermost: Frame): void {
  const onThis = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression';
  const name = callee.type === 'Identifier' ? callee.name : onThis ? keyName(callee.property, callee.computed) : undefined;
  if (name === undefined) return;
  for (let frame: Frame | undefined = innermost; frame; frame = frame.outer) {
    if (frame.callsItself || frame.ownName !== name || frame.isMember !== onThis) continue;
    frame.callsItself = true;
    frame.scored.cognitive++;
  }
}
