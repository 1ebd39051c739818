/** What a file of source is able to do to the world outside it. */
import { type CallExpression, type ImportDeclaration, type Node, Visitor } from 'oxc-parser';
import { bare, type ParsedSource, requiredModule } from './parse-source.ts';
import { constantText, globalName, lastExpression, memberName, nameOf } from './tree.ts';

export type Capability =
  | 'network'
  | 'processes'
  | 'files'
  | 'files-outside'
  | 'environment'
  | 'whole-environment'
  | 'dynamic-code'
  | 'native-code'
  | 'threads'
  | 'computed-import'
  | 'encoded-text';

export interface CapabilityUse {
  capability: Capability;
  /** What gives it: a module, a global, a variable's name, a path. */
  by: string;
  start: number;
}

/** Packages that give a capability by their own purpose. Node's own modules first, then the most used of the registry. */
const MODULES: Readonly<Partial<Record<Capability, readonly string[]>>> = {
  network:
    'http https http2 net tls dgram dns dns/promises undici axios got ky node-fetch cross-fetch superagent request needle ws socket.io-client nodemailer ssh2'.split(
      ' ',
    ),
  processes: 'child_process cluster execa cross-spawn zx shelljs tinyexec nano-spawn node-pty'.split(' '),
  files: 'fs fs/promises fs-extra graceful-fs'.split(' '),
  threads: ['worker_threads'],
  'dynamic-code': ['vm', 'vm2', 'isolated-vm', 'inspector', 'inspector/promises'],
  'native-code': ['bindings', 'node-gyp-build', 'ffi-napi', 'koffi'],
};
const GIVES = new Map(Object.entries(MODULES).flatMap(([capability, names]) => names.map((name) => [name, capability as Capability])));

const GLOBALS: Readonly<Record<string, Capability>> = {
  fetch: 'network',
  WebSocket: 'network',
  EventSource: 'network',
  XMLHttpRequest: 'network',
  eval: 'dynamic-code',
  Function: 'dynamic-code',
  Worker: 'threads',
};

/** Variables that say where a program runs, not for whom. */
const HARMLESS_VARIABLES =
  /^(NODE_ENV|CI|DEBUG|NO_COLOR|FORCE_COLOR|COLORTERM|TERM|TZ|LANG|VITEST\w*|JEST\w*|npm_\w+|DEV|PROD|SSR|MODE|BASE_URL)$/;

/** Folders of the machine, and every way to the home folder. A bare `/` or `/api/users` is an address more often than a path. */
const OUTSIDE = /^(\/(etc|proc|root|home|usr|var|sys|dev|Users|opt)\/|~\/|[A-Z]:\\)/;

/** Long enough to hide a program, short of any whitespace, and neither an image nor WebAssembly as bundlers inline them. */
const ENCODED = /^(?!data:|AGFzbQ|iVBORw0|\/9j\/|R0lGOD)(?:[A-Za-z0-9+/_-]{1500,}={0,2}|(?:\\x[0-9a-f]{2}){300,})$/;

/**
 * By import, by require under any name, by global. Not seen: a global passed on as a value under another name, members of objects that
 * other files hand in, and whatever a dependency does inside.
 */
export function capabilitiesOf({ program, imported, declared }: ParsedSource): CapabilityUse[] {
  const found: CapabilityUse[] = [];
  const inner = new WeakSet<Node>();
  const add = (capability: Capability | undefined, by: string, { start }: Node) => {
    if (capability !== undefined) found.push({ capability, by, start });
  };
  const addModule = (module: string, at: Node) => {
    add(module.endsWith('.node') ? 'native-code' : GIVES.get(bare(module)), module, at);
  };
  const addCall = (node: CallExpression) => {
    const callee = lastExpression(node.callee);
    const name = globalName(callee, declared);
    if (name !== undefined && Object.hasOwn(GLOBALS, name)) add(GLOBALS[name], name, node);
    const module = requiredModule(node) ?? builtinByName(node);
    if (module !== undefined) addModule(module, node);
    if (name === 'require' && node.arguments[0] && constantText(node.arguments[0]) === undefined) add('computed-import', 'require()', node);
    if (callee.type === 'MemberExpression') {
      const method = memberName(callee);
      // Every function's constructor is Function.
      if (method === 'constructor' && node.arguments.some((each) => constantText(each) !== undefined))
        add('dynamic-code', '.constructor()', node);
      if (method === 'dlopen' && globalName(callee.object, declared) === 'process') add('native-code', 'process.dlopen', node);
      if (['bind', 'call', 'apply'].includes(method ?? '')) {
        const bound = globalName(callee.object, declared);
        if (bound !== undefined && Object.hasOwn(GLOBALS, bound)) add(GLOBALS[bound], bound, node);
      }
    }
    if (isTimer(name) && node.arguments[0] && constantText(node.arguments[0]) !== undefined) add('dynamic-code', `${name}(text)`, node);
  };
  new Visitor({
    ImportDeclaration(node) {
      if (!isTypeOnly(node)) addModule(node.source.value, node);
    },
    ExportNamedDeclaration(node) {
      if (node.source && node.exportKind !== 'type') addModule(node.source.value, node);
    },
    ExportAllDeclaration(node) {
      if (node.exportKind !== 'type') addModule(node.source.value, node);
    },
    ImportExpression(node) {
      const module = constantText(node.source);
      if (module === undefined) add('computed-import', 'import()', node);
      else addModule(module, node);
    },
    CallExpression: addCall,
    NewExpression(node) {
      const name = globalName(node.callee, declared);
      if (name !== undefined && Object.hasOwn(GLOBALS, name)) add(GLOBALS[name], name, node);
    },
    MemberExpression(node) {
      const object = lastExpression(node.object);
      inner.add(object);
      if (isEnvironment(object, imported)) {
        const variable = memberName(node);
        if (variable === undefined) add('whole-environment', 'process.env[...]', node);
        else if (!HARMLESS_VARIABLES.test(variable)) add('environment', variable, node);
      } else if (isEnvironment(node, imported) && !inner.has(node)) {
        add('whole-environment', 'process.env', node);
      }
      if (object.type !== 'Identifier') return;
      if (object.name === 'Bun' && /^(spawn|spawnSync|\$)$/.test(memberName(node) ?? '')) add('processes', 'Bun', node);
      if (object.name === 'Deno' && /^(Command|run)$/.test(memberName(node) ?? '')) add('processes', 'Deno', node);
      // `globalThis['ev' + 'al']` has a constant name; this one is meant not to be found.
      if (object.name === 'globalThis' && memberName(node) === undefined && node.computed) add('dynamic-code', 'globalThis[...]', node);
    },
    // A question whether there is an environment takes nothing from it.
    UnaryExpression: ({ argument }) => void inner.add(lastExpression(argument)),
    BinaryExpression({ left, right }) {
      inner.add(lastExpression(left)).add(lastExpression(right));
    },
    LogicalExpression({ left, operator }) {
      const asked = lastExpression(left);
      if (operator === '&&') inner.add(asked.type === 'LogicalExpression' && asked.operator === '&&' ? lastExpression(asked.right) : asked);
    },
    VariableDeclarator({ id, init }) {
      if (id.type !== 'ObjectPattern' || init === null || !isEnvironment(lastExpression(init), imported)) return;
      inner.add(lastExpression(init));
      for (const property of id.properties) {
        const variable = property.type === 'Property' ? nameOf(property.key) : undefined;
        if (variable === undefined) add('whole-environment', 'process.env', property);
        else if (!HARMLESS_VARIABLES.test(variable)) add('environment', variable, property);
      }
    },
    Literal(node) {
      if (typeof node.value !== 'string') return;
      if (node.value.length < 200 && OUTSIDE.test(node.value)) add('files-outside', node.value.slice(0, 80), node);
      if (node.value.length >= 300 && ENCODED.test(node.raw?.slice(1, -1) ?? ''))
        add('encoded-text', `${node.value.length} characters`, node);
    },
  }).visit(program);
  return found;
}

/** `load('child_process')` by whatever name; a test that mocks a module names it too. */
function builtinByName(node: CallExpression): string | undefined {
  const [first, ...rest] = node.arguments;
  const module = first && rest.length === 0 ? constantText(first) : undefined;
  return module?.startsWith('node:') || module === 'child_process' ? module : undefined;
}

function isEnvironment(expression: Node, imported: ParsedSource['imported']): boolean {
  const node = lastExpression(expression);
  if (node.type === 'Identifier') {
    const origin = imported.get(node.name);
    return origin?.module === 'process' && origin.name === 'env';
  }
  if (node.type !== 'MemberExpression' || memberName(node) !== 'env') return false;
  const object = lastExpression(node.object);
  return object.type === 'Identifier' && (/^(process|Bun|Deno)$/.test(object.name) || imported.get(object.name)?.module === 'process');
}

function isTypeOnly({ importKind, specifiers }: ImportDeclaration): boolean {
  if (importKind === 'type') return true;
  return specifiers.length > 0 && specifiers.every((each) => each.type === 'ImportSpecifier' && each.importKind === 'type');
}

function isTimer(name: string | undefined): boolean {
  return name === 'setTimeout' || name === 'setInterval' || name === 'setImmediate';
}
