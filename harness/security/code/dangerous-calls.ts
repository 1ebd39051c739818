/** Single expressions that security reviews look for first. */
import { type Node, Visitor } from 'oxc-parser';
import type { Severity } from '#contracts';
import type { ParsedSource } from './parse-source.ts';
import { requiredModule } from './parse-source.ts';
import { constantText, globalName, lastExpression, memberName, nameOf } from './tree.ts';

/**
 * - `decoded-and-run`, gate: text is decoded and executed in one expression or through one variable. No honest program hides what it runs
 *   from its readers. Source: Ohm et al., Backstabber's Knife Collection, DIMVA 2020, section 5.4; GuardDog, npm-exec-base64.
 * - `runs-text`, warn: eval, Function and vm on text that is not constant; record when it is. Source: CWE-95, ESLint no-eval, no-new-func.
 * - `shell-with-values`, warn: a command line for a shell is put together from values. Source: CWE-78.
 * - `certificates-unchecked`, warn: CWE-295.
 * - `unsafe-deserialization`, warn: a format that can make functions. Source: CWE-502.
 */
export type DangerousRule = 'decoded-and-run' | 'runs-text' | 'shell-with-values' | 'certificates-unchecked' | 'unsafe-deserialization';

export interface DangerousCall {
  rule: DangerousRule;
  severity: Severity;
  start: number;
  /** The expression without whitespace: what makes two of them the same. */
  code: string;
}

const DECODES =
  /\batob\s*\(|\bfrom\s*\([^()]*,\s*['"`](base64(url)?|hex)['"`]|\bfromCharCode\b|\bunescape\s*\(|\b(inflate|gunzip|brotliDecompress)\w*Sync\s*\(/;
const SHELL_FUNCTIONS = new Set(['exec', 'execSync', 'execaCommand', 'execaCommandSync']);
const SHELL_MODULES = new Set(['child_process', 'execa', 'shelljs']);
const DESERIALIZERS: Readonly<Record<string, RegExp>> = {
  'node-serialize': /^unserialize$/,
  'serialize-to-js': /^deserialize$/,
  funcster: /^deepDeserialize$/,
  cryo: /^parse$/,
  'js-yaml': /^(unsafeLoad|unsafeLoadAll)$/,
};

export function dangerousCalls(source: ParsedSource): DangerousCall[] {
  const { program, text, imported, declared, initial } = source;
  const found: DangerousCall[] = [];
  const add = (rule: DangerousRule, severity: Severity, { start, end }: Node) =>
    found.push({ rule, severity, start, code: text.slice(start, Math.min(end, start + 500)).replace(/\s+/g, '') });

  /** The function called, as `module.name` where it came from a module, else as the global it is. */
  const originOf = (callee: Node): { module: string; name: string } | undefined => {
    const node = lastExpression(callee);
    if (node.type === 'Identifier') return imported.get(node.name);
    if (node.type !== 'MemberExpression') return undefined;
    const object = lastExpression(node.object);
    const module = requiredModule(object) ?? (object.type === 'Identifier' ? moduleNamed(imported, object.name) : undefined);
    return module === undefined ? undefined : { module, name: memberName(node) ?? '' };
  };
  const isDecoded = (nodes: readonly Node[]) =>
    nodes.some((node) => {
      const end = lastExpression(node);
      const code =
        end.type === 'Identifier' ? (initial.get(end.name) ?? '') : text.slice(node.start, Math.min(node.end, node.start + 5000));
      return DECODES.test(code);
    });

  const judge = (node: Node, callee: Node, parameters: readonly Node[], isNew: boolean) => {
    const origin = originOf(callee);
    const name = globalName(callee, declared);
    const last = lastExpression(callee);
    const indirect =
      last.type === 'MemberExpression' &&
      memberName(last) === 'constructor' &&
      !isNew &&
      parameters.some((each) => constantText(each) !== undefined);
    const runs =
      name === 'eval' ||
      name === 'Function' ||
      indirect ||
      (origin?.module === 'vm' && /^(run|Script|compileFunction|SourceTextModule)/.test(origin.name));
    const starts = origin !== undefined && SHELL_MODULES.has(origin.module);
    if ((runs || starts) && isDecoded(parameters)) add('decoded-and-run', 'gate', node);
    else if (runs && parameters.length > 0) {
      add('runs-text', parameters.every((each) => constantText(each) !== undefined) ? 'record' : 'warn', node);
    } else if (starts && reachesShell(origin.name, parameters)) add('shell-with-values', 'warn', node);
    if (origin && Object.hasOwn(DESERIALIZERS, origin.module) && DESERIALIZERS[origin.module]?.test(origin.name)) {
      add('unsafe-deserialization', 'warn', node);
    }
  };
  new Visitor({
    CallExpression: (node) => judge(node, node.callee, node.arguments, false),
    NewExpression: (node) => judge(node, node.callee, node.arguments, true),
    Property(node) {
      const name = nameOf(node.key);
      const value = lastExpression(node.value);
      const off = value.type === 'Literal' && (value.value === false || value.value === '0' || value.value === 0);
      if (off && /^(rejectUnauthorized|strictSSL|NODE_TLS_REJECT_UNAUTHORIZED)$/.test(name ?? ''))
        add('certificates-unchecked', 'warn', node);
    },
    AssignmentExpression(node) {
      const target = lastExpression(node.left as Node);
      if (target.type !== 'MemberExpression') return;
      if (memberName(target) === 'NODE_TLS_REJECT_UNAUTHORIZED') add('certificates-unchecked', 'warn', node);
    },
  }).visit(program);
  return found;
}

/** A template with values or a sum that is not constant, given to what a shell reads: always of `exec`, of the others by `shell: true`. */
function reachesShell(name: string, parameters: readonly Node[]): boolean {
  const built = parameters.some((each) => {
    const node = lastExpression(each);
    return (node.type === 'TemplateLiteral' || node.type === 'BinaryExpression') && constantText(node) === undefined;
  });
  if (SHELL_FUNCTIONS.has(name)) return built;
  return built && parameters.some(asksForShell);
}

function asksForShell(node: Node): boolean {
  if (node.type !== 'ObjectExpression') return false;
  return node.properties.some(
    (property) =>
      property.type === 'Property' &&
      nameOf(property.key) === 'shell' &&
      !(property.value.type === 'Literal' && property.value.value === false),
  );
}

function moduleNamed(imported: ParsedSource['imported'], name: string): string | undefined {
  const origin = imported.get(name);
  return origin && (origin.name === '*' || origin.name === 'default') ? origin.module : undefined;
}
