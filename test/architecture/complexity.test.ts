import { expect, test } from 'vitest';
import { textFacts } from './text-facts.ts';

/** Each function of a text as `name: cognitive complexity`. */
async function scores(text: string, path = 'story.ts'): Promise<string[]> {
  return (await textFacts(path, text)).functions.map(({ name, cognitive }) => `${name}: ${cognitive}`);
}

test('the examples of the SonarSource paper score as printed there', async () => {
  expect(await scores(SUM_OF_PRIMES)).toEqual(['sumOfPrimes: 7']);
  expect(await scores(GET_WORDS)).toEqual(['getWords: 1']);
  expect(await scores(MY_METHOD)).toEqual(['myMethod: 9']);
  expect(await scores(OVERRIDDEN_SYMBOL_FROM)).toEqual(['overriddenSymbolFrom: 19']);
  expect(await scores(ADD_VERSION)).toEqual(['addVersion: 35']);
  expect(await scores(TO_REGEXP)).toEqual(['toRegexp: 20']);
  expect(await scores('function ship() { if (a && b && c || d || e && f) {} }')).toEqual(['ship: 4']);
  expect(await scores('function ship() { if (a && !(b && c)) {} }')).toEqual(['ship: 3']);
});

test('functions inside another are scored by themselves, each from level 0', async () => {
  expect(await scores(SAVE, 'save.js')).toEqual(['save: 2', '<anonymous>: 3', '<anonymous>: 7']);
});

test('a function that calls itself pays once, from inside a callback too', async () => {
  expect(await scores('function walk(node) { walk(node.left); node.right.forEach((each) => walk(each)); }')).toEqual([
    'walk: 1',
    '<anonymous>: 0',
  ]);
  expect(await scores('class Depot { count() { return this.count(); } total() { return count(); } }')).toEqual([
    'Depot.count: 1',
    'Depot.total: 0',
  ]);
  const namesakes = 'export const api = { count: () => count(), total() { return total(); } }; api.weigh = () => weigh();';
  expect(await scores(namesakes)).toEqual(['count: 0', 'total: 0', 'weigh: 0']);
});

test('what is only shorthand is free', async () => {
  expect(await scores('const price = (parcel) => parcel?.price ?? parcel?.size?.price ?? 0;')).toEqual(['price: 0']);
  expect(await scores('function price(parcel) { a && (b ?? c) && d; x ||= 1; }')).toEqual(['price: 1']);
});

test('functions are named for where they are kept', async () => {
  const text = `
    export default function () {}
    const weigh = () => 1, scale = function grams() {};
    depot.open = async () => {};
    const api = { list() {}, get size() { return 1; }, [key]: () => 2, 'a b': () => 3 };
    class Crate { #lid = () => 4; static of() { return class { seal() {} }; } constructor() {} }
    const Box = class { close() {} };
    declare function declared(): void;
    abstract class Shape { abstract area(): number; perimeter?(): number }
  `;
  expect((await textFacts('names.ts', text)).functions.map(({ name, line }) => `${name}:${line}`)).toEqual([
    'default:2',
    'weigh:3',
    'grams:3',
    'open:4',
    'list:5',
    'size:5',
    '<anonymous>:5',
    'a b:5',
    'Crate.#lid:6',
    'Crate.of:6',
    '<class>.seal:6',
    'Crate.constructor:6',
    'Box.close:7',
  ]);
});

test('cyclomatic complexity, statements and lines of code', async () => {
  const text = [
    'function post(parcel = none, { to, from = here } = parcel) {',
    '  // a comment is no code',
    '',
    '  for (const stamp of parcel?.stamps ?? []) if (!stamp.valid || stamp.used) return false;',
    '  switch (to) {',
    "    case 'sea':",
    "    case 'air':",
    '      try { fly(); } catch { sink(); }',
    '      break;',
    '    default:',
    '      from &&= `over',
    '      two lines`;',
    '  }',
    '  return parcel ? to : from;',
    '}',
  ].join('\n');
  expect((await textFacts('post.ts', text)).functions).toEqual([
    { name: 'post', line: 1, cognitive: 8, cyclomatic: 14, statements: 10, linesOfCode: 13 },
  ]);
  const nest = 'function make() {\n  return list.map((each) => {\n    return each;\n  });\n}';
  const [outer, inner] = (await textFacts('nest.ts', nest)).functions;
  expect([outer?.linesOfCode, inner?.linesOfCode]).toEqual([3, 3]);
  expect((await textFacts('post.ts', `\n/* none */\n${text}\n`)).linesOfCode).toBe(13);
});

test('no chain is too long: thousands of `else if`, operators and ternaries', async () => {
  const elseIfs = `function sort() { if (a) {}${' else if (b) {}'.repeat(3000)} }`;
  expect(await scores(elseIfs)).toEqual(['sort: 3001']);
  expect(await scores(`function sum() { return a${' && a'.repeat(3000)}; }`)).toEqual(['sum: 1']);
});

test('plain JavaScript with a return at the top, and a text that is no program', async () => {
  expect(await scores('if (done) return;\nfunction stop() { if (a) {} }', 'script.js')).toEqual(['stop: 1']);
  expect(await textFacts('broken.ts', 'function ( {{{')).toMatchObject({ functions: [], declarations: {} });
});

const SUM_OF_PRIMES = `
function sumOfPrimes(max: number): number {
  let total = 0;
  OUT: for (let i = 1; i <= max; ++i) {
    for (let j = 2; j < i; ++j) {
      if (i % j === 0) {
        continue OUT;
      }
    }
    total += i;
  }
  return total;
}`;

const GET_WORDS = `
function getWords(number: number): string {
  switch (number) {
    case 1:
      return 'one';
    case 2:
      return 'a couple';
    default:
      return 'lots';
  }
}`;

const MY_METHOD = `
function myMethod(): void {
  try {
    if (condition1) {
      for (let i = 0; i < 10; i++) {
        while (condition2) {}
      }
    }
  } catch (e) {
    if (condition2) {}
  }
}`;

const OVERRIDDEN_SYMBOL_FROM = `
function overriddenSymbolFrom(classType: ClassJavaType): MethodJavaSymbol | null {
  if (classType.isUnknown()) {
    return Symbols.unknownMethodSymbol;
  }
  let unknownFound = false;
  const symbols = classType.getSymbol().members().lookup(name);
  for (const overrideSymbol of symbols) {
    if (overrideSymbol.isKind(JavaSymbol.MTH) && !overrideSymbol.isStatic()) {
      const methodJavaSymbol = overrideSymbol as MethodJavaSymbol;
      if (canOverride(methodJavaSymbol)) {
        const overriding = checkOverridingParameters(methodJavaSymbol, classType);
        if (overriding === null) {
          if (!unknownFound) {
            unknownFound = true;
          }
        } else if (overriding) {
          return methodJavaSymbol;
        }
      }
    }
  }
  if (unknownFound) {
    return Symbols.unknownMethodSymbol;
  }
  return null;
}`;

/** Two catch clauses of one \`try\` are two \`try\` here. */
const ADD_VERSION = `
function addVersion(entry: Entry, txn: Transaction): void {
  const ti = persistit.getTransactionIndex();
  while (true) {
    try {
      try {
        if (frst !== null) {
          if (frst.getVersion() > entry.getVersion()) {
            throw new RollbackException();
          }
          if (txn.isActive()) {
            for (let e = frst; e !== null; e = e.getPrevious()) {
              const version = e.getVersion();
              const depends = ti.wwDependency(version, txn.getTransactionStatus(), 0);
              if (depends === TIMED_OUT) {
                throw new WWRetryException(version);
              }
              if (depends !== 0 && depends !== ABORTED) {
                throw new RollbackException();
              }
            }
          }
        }
        entry.setPrevious(frst);
        frst = entry;
        break;
      } catch (re) {
        try {
          const depends = persistit.getTransactionIndex().wwDependency(re.getVersionHandle(), txn.getTransactionStatus(), MAX_WAIT);
          if (depends !== 0 && depends !== ABORTED) {
            throw new RollbackException();
          }
        } catch (ie) {
          throw new PersistitInterruptedException(ie);
        }
      }
    } catch (ie) {
      throw new PersistitInterruptedException(ie);
    }
  }
}`;

const TO_REGEXP = `
function toRegexp(antPattern: string, directorySeparator: string): string {
  const escapedDirectorySeparator = '\\\\' + directorySeparator;
  const sb = [];
  sb.push('^');
  let i = antPattern.startsWith('/') || antPattern.startsWith('\\\\') ? 1 : 0;
  while (i < antPattern.length) {
    const ch = antPattern.charAt(i);
    if (SPECIAL_CHARS.indexOf(ch) !== -1) {
      sb.push('\\\\', ch);
    } else if (ch === '*') {
      if (i + 1 < antPattern.length && antPattern.charAt(i + 1) === '*') {
        if (i + 2 < antPattern.length && isSlash(antPattern.charAt(i + 2))) {
          sb.push('(?:.*', escapedDirectorySeparator, '|)');
          i += 2;
        } else {
          sb.push('.*');
          i += 1;
        }
      } else {
        sb.push('[^', escapedDirectorySeparator, ']*?');
      }
    } else if (ch === '?') {
      sb.push('[^', escapedDirectorySeparator, ']');
    } else if (isSlash(ch)) {
      sb.push(escapedDirectorySeparator);
    } else {
      sb.push(ch);
    }
    i++;
  }
  sb.push('$');
  return sb.join('');
}`;

const SAVE = `
exports.save = function (options, callback) {
  var self = this;
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  options || (options = {});
  self._validate(self.toJSON(), function (err) {
    if (err) {
      callback && callback.call(null, err);
      return;
    }
    self.sync(self.isNew() ? 'create' : 'update', options, function (err, response) {
      var facade = { options: options, response: response }, parsed;
      if (err) {
        facade.error = err;
        self.fire(EVT_ERROR, facade);
      } else {
        if (!self._saveEvent) {
          self._saveEvent = self.publish(EVT_SAVE, { preventable: false });
        }
        if (response) {
          parsed = facade.parsed = self._parse(response);
          self.setAttrs(parsed, options);
        }
        self.fire(EVT_SAVE, facade);
      }
      callback && callback.apply(null, arguments);
    });
  });
  return self;
};`;
