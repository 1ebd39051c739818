/** Reads what a configuration file says as far as it is written in literals, without running it. */
import { posix } from 'node:path';
import type { Expression, ObjectExpression, ObjectPropertyKind, Program, PropertyKey, Statement } from 'oxc-parser';
import { parseSync } from 'oxc-parser';
import { isNestedTooDeeply } from '../facts/nesting.ts';

/** Stands where a file says something that only running it would tell. */
export class NotLiteral {
  /** The file it stands in, and the line there, counted from 1. */
  readonly path: string;
  readonly line: number;
  /** As written, shortened: `sameTag`, `tseslint.configs.recommended`. */
  readonly text: string;
  /** The module that the first name in it is imported from. */
  readonly origin: string | undefined;

  constructor(path: string, line: number, text: string, origin?: string) {
    this.path = path;
    this.line = line;
    this.text = text;
    this.origin = origin;
  }
}

/** The default export (`module.exports` for CommonJS) and the exports by name; plain data with `NotLiteral` in places. */
export interface LiteralModule {
  main: unknown;
  named: Map<string, unknown>;
}

/** A JSON file with comments and trailing commas is an expression of JavaScript. @throws an Error with a reason for a reader */
export function readJsonLiterals(path: string, text: string): unknown {
  return parse(`${path}.js`, `(${text}\n)`, (program, source) => {
    const [statement] = program.body;
    return statement?.type === 'ExpressionStatement' ? new Evaluation(path, source, program).valueOf(statement.expression) : undefined;
  });
}

/** The module behind a relative specifier, where it can be read. */
export type ImportLiterals = (specifier: string) => LiteralModule | undefined;

/** @param path decides the language @throws an Error with a reason for a reader */
export function readModuleLiterals(path: string, text: string, importLiterals: ImportLiterals): LiteralModule {
  return parse(path, text, (program, source) => {
    const evaluation = new Evaluation(path, source, program, importLiterals);
    const module: LiteralModule = { main: undefined, named: new Map() };
    for (const statement of program.body) readExports(statement, evaluation, module);
    return module;
  });
}

/** The first part, in reading order, that is no literal; undefined when all of it is. */
export function findNotLiteral(value: unknown): NotLiteral | undefined {
  if (value instanceof NotLiteral) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const each of Object.values(value)) {
    const found = findNotLiteral(each);
    if (found) return found;
  }
  return undefined;
}

/** Says to a reader why a part was not read. */
export function notInLiterals({ path, line, text }: NotLiteral): string {
  return `line ${line} of ${posix.basename(path)} is not written in literals: ${text}`;
}

function parse<Result>(path: string, text: string, read: (program: Program, source: string) => Result): Result {
  if (isNestedTooDeeply(text)) throw new Error('it is nested too deeply to be read');
  const { program, errors } = parseSync(path, text, { preserveParens: false });
  const [error] = errors;
  if (error) throw new Error(`it does not follow the grammar: ${error.message}`);
  return read(program, text);
}

function readExports(statement: Statement, evaluation: Evaluation, module: LiteralModule): void {
  if (statement.type === 'ExportDefaultDeclaration') {
    module.main = evaluation.valueOf(statement.declaration as Expression);
  } else if (statement.type === 'TSExportAssignment') {
    module.main = evaluation.valueOf(statement.expression);
  } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration?.type === 'VariableDeclaration') {
    for (const { id, init } of statement.declaration.declarations) {
      if (id.type === 'Identifier' && init) module.named.set(id.name, evaluation.valueOf(init));
    }
  } else if (statement.type === 'ExpressionStatement' && statement.expression.type === 'AssignmentExpression') {
    const { left, right } = statement.expression;
    const target = evaluation.textOf(left);
    if (target === 'module.exports') module.main = evaluation.valueOf(right);
    else if (target.startsWith('exports.')) module.named.set(target.slice('exports.'.length), evaluation.valueOf(right));
  }
}

/** These return what they are given; they exist to help an editor. */
const PASS_ON = /^(defineConfig|defineFlatConfig|tseslint\.config|ts\.config|tsEslint\.config|eslintConfig|Object\.freeze)$/;
const MAX_DEPTH = 200;
/** Constants that hold each other twice double with each; a large configuration has some thousand parts. */
const MAX_PARTS = 100_000;

class Evaluation {
  readonly #path: string;
  readonly #source: string;
  readonly #constants = new Map<string, Expression>();
  readonly #imports = new Map<string, { specifier: string; name: string }>();
  readonly #importLiterals: ImportLiterals;
  #depth = 0;
  #parts = 0;

  constructor(path: string, source: string, program: Program, importLiterals: ImportLiterals = () => undefined) {
    this.#path = path;
    this.#source = source;
    this.#importLiterals = importLiterals;
    for (const each of program.body) {
      if (each.type === 'ImportDeclaration') {
        for (const { local, type, ...rest } of each.specifiers) {
          const name = type === 'ImportSpecifier' && 'imported' in rest ? this.textOf(rest.imported) : 'default';
          this.#imports.set(local.name, { specifier: each.source.value, name });
        }
      }
      const declaration = each.type === 'ExportNamedDeclaration' ? each.declaration : each;
      if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
      for (const { id, init } of declaration.declarations) if (id.type === 'Identifier' && init) this.#constants.set(id.name, init);
    }
  }

  textOf({ start, end }: { start: number; end: number }): string {
    return this.#source.slice(start, end);
  }

  valueOf(node: Expression): unknown {
    if (this.#depth >= MAX_DEPTH) return this.#unknown(node);
    if (++this.#parts > MAX_PARTS) throw new Error(`it has more than ${MAX_PARTS} parts when written out`);
    this.#depth++;
    try {
      return this.#read(node);
    } finally {
      this.#depth--;
    }
  }

  #read(node: Expression): unknown {
    switch (node.type) {
      case 'Literal':
        return 'regex' in node ? this.#unknown(node) : node.value;
      case 'TemplateLiteral':
        return this.#template(node);
      case 'ArrayExpression':
        return node.elements.flatMap((element) => {
          if (element === null) return [undefined];
          return element.type === 'SpreadElement' ? this.#items(element.argument) : [this.valueOf(element)];
        });
      case 'ObjectExpression':
        return this.#object(node);
      case 'Identifier': {
        const constant = this.#constants.get(node.name);
        if (constant) return this.valueOf(constant);
        if (node.name === 'undefined') return undefined;
        return this.#imported(node.name) ?? this.#unknown(node);
      }
      case 'MemberExpression': {
        const owner = this.valueOf(node.object as Expression);
        const key = node.computed ? this.valueOf(node.property as Expression) : this.textOf(node.property);
        const known = typeof owner === 'object' && owner !== null && !(owner instanceof NotLiteral);
        return known && typeof key === 'string' && Object.hasOwn(owner, key)
          ? (owner as Record<string, unknown>)[key]
          : this.#unknown(node);
      }
      case 'BinaryExpression': {
        const [left, right] = [this.valueOf(node.left as Expression), this.valueOf(node.right)];
        return node.operator === '+' && typeof left === 'string' && typeof right === 'string' ? left + right : this.#unknown(node);
      }
      case 'UnaryExpression': {
        const value = this.valueOf(node.argument);
        if (node.operator === '!' && typeof value === 'boolean') return !value;
        return node.operator === '-' && typeof value === 'number' ? -value : this.#unknown(node);
      }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ParenthesizedExpression':
        return this.valueOf(node.expression);
      case 'CallExpression':
        return this.#call(node);
      default:
        return this.#unknown(node);
    }
  }

  /** What helpers of the tools return for what they are given, and a list joined to a text; any other call is unknown. */
  #call(node: Extract<Expression, { type: 'CallExpression' }>): unknown {
    const callee = this.textOf(node.callee);
    const given = node.arguments.flatMap((each) => (each.type === 'SpreadElement' ? this.#items(each.argument) : [this.valueOf(each)]));
    if (PASS_ON.test(callee)) return given.length === 1 ? given[0] : given;
    if (callee === 'globalIgnores') return { ignores: given[0] };
    const [module] = given;
    if (callee === 'require' && typeof module === 'string') return this.#importLiterals(module)?.main ?? this.#unknown(node);
    if (node.callee.type === 'MemberExpression' && callee.endsWith('.join')) {
      const list = this.valueOf(node.callee.object as Expression);
      if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list.join(String(given[0] ?? ','));
    }
    return this.#unknown(node);
  }

  #imported(name: string): unknown {
    const origin = this.#imports.get(name);
    if (!origin?.specifier.startsWith('.')) return undefined;
    const module = this.#importLiterals(origin.specifier);
    return origin.name === 'default' ? module?.main : module?.named.get(origin.name);
  }

  #template(node: Extract<Expression, { type: 'TemplateLiteral' }>): unknown {
    let text = '';
    for (const [index, quasi] of node.quasis.entries()) {
      text += quasi.value.cooked ?? quasi.value.raw;
      const expression = node.expressions[index];
      if (!expression) continue;
      const value = this.valueOf(expression);
      if (typeof value !== 'string' && typeof value !== 'number') return this.#unknown(node);
      text += value;
    }
    return text;
  }

  /** Null prototype: a key may be called `__proto__`. */
  #object(node: ObjectExpression): unknown {
    const object: Record<string, unknown> = Object.create(null);
    for (const property of node.properties) this.#addProperty(object, property);
    return object;
  }

  #addProperty(object: Record<string, unknown>, property: ObjectPropertyKind): void {
    if (property.type === 'SpreadElement') {
      const spread = this.valueOf(property.argument);
      const known = typeof spread === 'object' && spread !== null && !(spread instanceof NotLiteral);
      if (known) Object.assign(object, spread);
      else object[`...${this.textOf(property.argument).slice(0, 60)}`] = this.#unknown(property.argument);
      return;
    }
    const key = property.computed ? this.valueOf(property.key as Expression) : keyOf(property.key);
    if (typeof key === 'string') object[key] = this.valueOf(property.value as Expression);
    else object[`[${this.textOf(property.key).slice(0, 60)}]`] = this.#unknown(property.key);
  }

  #items(node: Expression): unknown[] {
    const value = this.valueOf(node);
    return Array.isArray(value) ? value : [value instanceof NotLiteral ? value : this.#unknown(node)];
  }

  #unknown({ start, end }: { start: number; end: number }): NotLiteral {
    const line = this.#source.slice(0, start).split('\n').length;
    const text = this.#source.slice(start, Math.min(end, start + 60)).replaceAll(/\s+/g, ' ');
    return new NotLiteral(this.#path, line, text, this.#imports.get(/^[\w$]*/.exec(text)?.[0] ?? '')?.specifier);
  }
}

function keyOf(key: PropertyKey): unknown {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
