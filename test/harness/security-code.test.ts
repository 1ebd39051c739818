// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these strings are the code that is judged
import { describe, expect, test } from 'vitest';
import { findSecurityFindings } from '#harness';
import { changeOf, type Files, headlines } from './security-trees.ts';

const shop: Files = { 'package.json': '{"name":"shop"}', 'src/price.ts': 'export const price = 1;\n' };
const added = (code: string, path = 'src/order.ts') => ({ ...shop, [path]: code });

async function signs(before: Files, after: Files): Promise<string[]> {
  const { findings } = await findSecurityFindings(changeOf(before, after));
  return findings.map(({ severity, rule, witness }) => `${severity} ${rule}${rule === 'new-capability' ? ` ${witness[0]}` : ''}`);
}

describe('new capabilities', () => {
  test.for([
    ["import { request } from 'node:https';", 'warn new-capability node:https'],
    ["import axios from 'axios';", 'warn new-capability axios'],
    ["export * from 'net';", 'warn new-capability net'],
    ["const { get } = require('http');", 'warn new-capability http'],
    ["const h = await import('node:http');", 'warn new-capability node:http'],
    ["const load = require; load('child_process');", 'warn new-capability child_process'],
    ["process.getBuiltinModule('child_process');", 'warn new-capability child_process'],
    ["export const load = () => fetch('/prices');", 'warn new-capability fetch'],
    ["globalThis['fet' + 'ch']('/prices');", 'warn new-capability fetch'],
    ['new WebSocket(address);', 'warn new-capability WebSocket'],
    ["import { fork } from 'child_process';", 'warn new-capability child_process'],
    ["Bun.spawn(['ls']);", 'warn new-capability Bun'],
    ["import vm from 'node:vm';", 'warn new-capability node:vm'],
    ["require('./build/addon.node');", 'warn new-capability ./build/addon.node'],
    ["open('/etc/passwd');", 'warn new-capability /etc/passwd'],
    ["open('~/.ssh/id_rsa');", 'warn new-capability ~/.ssh/id_rsa'],
    ['send({ ...process.env });', 'warn new-capability process.env'],
    ['globalThis[name]();', 'warn new-capability globalThis[...]'],
    ["import { readFile } from 'node:fs/promises';", 'record new-capability node:fs/promises'],
    ['const key = process.env.SHOP_KEY;', 'record new-capability SHOP_KEY'],
    ['const { SHOP_KEY } = process.env;', 'record new-capability SHOP_KEY'],
    ["import { env } from 'node:process'; env.SHOP_KEY;", 'record new-capability SHOP_KEY'],
    ['await import(name);', 'record new-capability import()'],
    ['require(name);', 'record new-capability require()'],
    [`const blob = '${'QUJD'.repeat(500)}';`, 'record new-capability 2000 characters'],
  ])('%s', async ([code, expected]) => {
    expect(await signs(shop, added(code as string))).toEqual([expected]);
  });

  test.for([
    "import type { Server } from 'node:http';",
    "import { type Server } from 'node:http';",
    "import { join } from 'node:path';",
    "app.fetch('/prices');",
    'export function order(fetch: Fetcher) { return fetch("/prices"); }',
    "import { fetch } from './fetch.ts'; fetch('/prices');",
    "if (process.env.NODE_ENV === 'test') start();",
    "export const on = typeof process !== 'undefined' && process.env && process.env.NO_COLOR;",
    "app.get('/users/:id', show);",
    "const text = 'fetch(1); eval(2); child_process';",
    "// import net from 'node:net'",
    `const image = 'data:image/png;base64,${'QUJD'.repeat(500)}';`,
    'new this.constructor(1);',
  ])('a look-alike: %s', async (code) => {
    expect(await signs(shop, added(code))).toEqual([]);
  });

  test('what the package could do in another file is only recorded, and in the same file is nothing', async () => {
    const before = { ...shop, 'src/prices.ts': "fetch('/prices');" };
    expect(await headlines(before, { ...before, 'src/order.ts': "fetch('/orders');" })).toEqual([
      'record new-capability:.:src/order.ts:network at line 1',
    ]);
    expect(await headlines(before, { ...shop, 'src/prices.ts': "fetch('/prices', { method: 'POST' });" })).toEqual([]);
  });

  test('a file that moved brings nothing to its package', async () => {
    const code = "fetch('/prices');";
    const found = await signs({ ...shop, 'src/prices.ts': code }, { ...shop, 'src/api/prices.ts': code });
    expect(found).toEqual(['record new-capability fetch']);
  });

  test('each package of a monorepo is judged by itself', async () => {
    const before = {
      'package.json': '{}',
      'packages/a/package.json': '{}',
      'packages/a/x.ts': "fetch('/');",
      'packages/b/package.json': '{}',
    };
    expect(await headlines(before, { ...before, 'packages/b/x.ts': "fetch('/');" })).toEqual([
      'warn new-capability:packages/b:network at line 1',
    ]);
  });

  test('tests and tools are only recorded', async () => {
    const code = "import { execSync } from 'node:child_process';";
    for (const path of ['test/order.test.ts', 'scripts/release.ts', 'vite.config.ts', 'docs/build.js']) {
      expect(await signs(shop, added(code, path))).toEqual(['record new-capability node:child_process']);
    }
    expect(await signs(shop, added(code, 'src/tools/run.ts'))).toEqual(['warn new-capability node:child_process']);
  });
});

describe('dangerous calls', () => {
  test.for([
    ["eval(Buffer.from('YWxlcnQoMSk=', 'base64').toString());", 'gate decoded-and-run'],
    ['const code = atob(text); new Function(code)();', 'gate decoded-and-run'],
    ["require('child_process').exec(Buffer.from(text, 'hex').toString());", 'gate decoded-and-run'],
    ["[].constructor.constructor(atob('YQ==') + '')();", undefined],
    ['eval(text);', 'warn runs-text'],
    ['(0, eval)(text);', 'warn runs-text'],
    ["window['eval'](text);", 'warn runs-text'],
    ['new Function("a", body);', 'warn runs-text'],
    ["import vm from 'node:vm'; vm.runInNewContext(text);", 'warn runs-text'],
    ["Function('return this')();", 'record runs-text'],
    ["import { exec } from 'node:child_process'; exec(`git show ${ref}`);", 'warn shell-with-values'],
    ["import * as cp from 'child_process'; cp.execSync('ls ' + folder);", 'warn shell-with-values'],
    ["const { exec: run } = require('child_process'); run('ls ' + folder);", 'warn shell-with-values'],
    ["import { spawn } from 'child_process'; spawn(`ls ${folder}`, { shell: true });", 'warn shell-with-values'],
    ['connect({ rejectUnauthorized: false });', 'warn certificates-unchecked'],
    ["process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", 'warn certificates-unchecked'],
    ["import s from 'node-serialize'; s.unserialize(text);", 'warn unsafe-deserialization'],
  ] as const)('%s', async ([code, expected]) => {
    const found = (await signs(shop, added(code))).filter((each) => !each.includes('new-capability'));
    expect(found).toEqual(expected === undefined ? [] : [expected]);
  });

  test.for([
    "import { exec } from 'node:child_process'; exec('git status');",
    "import { execFile } from 'node:child_process'; execFile('git', ['show', `${ref}:a`]);",
    '/x/.exec(`a${b}`);',
    'pool.exec(`SELECT ${column}`);',
    'connect({ rejectUnauthorized: true });',
    "const bytes = Buffer.from(text, 'base64');",
    'model.eval(text);',
    'JSON.parse(text);',
    "import yaml from 'js-yaml'; yaml.load(text);",
  ])('a look-alike: %s', async (code) => {
    const found = (await signs(shop, added(code))).filter((each) => !each.includes('new-capability'));
    expect(found).toEqual([]);
  });

  test('one that moved, or was reformatted, is not new; a second one is', async () => {
    const before = { ...shop, 'src/a.ts': 'eval( text );' };
    expect(await headlines(before, { ...shop, 'src/b.ts': '\n\neval(text);' })).toEqual([
      'record new-capability:.:src/b.ts:dynamic-code at line 3',
    ]);
    expect(await headlines(before, { ...shop, 'src/a.ts': 'eval(text);\neval(text);' })).toEqual([
      expect.stringMatching(/^warn runs-text:src\/a\.ts:[0-9a-f]{16} at line 2$/),
    ]);
  });

  test('hidden from its reader it is a warning in tests too; other calls there are recorded', async () => {
    expect(await signs(shop, added('eval(atob(text));', 'test/x.test.ts'))).toContain('warn decoded-and-run');
    expect(await signs(shop, added('eval(text);', 'test/x.test.ts'))).toContain('record runs-text');
  });
});

describe('characters that cannot be seen', () => {
  test.for([
    ['const isAdmin = "user\u202e \u2066// check\u2069 \u2066";', 'bidi'],
    ['const { timeout, \u3164 } = query;', 'invisible-name'],
    ['const ad\u200bmin = true;', 'invisible-name'],
    [`run('${String.fromCodePoint(...Array.from('payload!', (letter) => 0xe0100 + letter.charCodeAt(0) - 16))}');`, 'invisible-text'],
  ])('%#: %j', async ([code, kind]) => {
    const found = await headlines(shop, added(code as string));
    expect(found.filter((each) => each.startsWith('gate'))).toEqual([
      expect.stringMatching(`^gate hidden-characters:${kind}:src/order.ts:`),
    ]);
    expect((await headlines(shop, added(code as string, 'test/order.test.ts'))).filter((each) => each.startsWith('gate'))).toEqual([]);
    expect((await headlines(added(code as string), added(`\n${code}`))).filter((each) => each.includes('hidden'))).toEqual([]);
  });

  test.for([
    "const family = '👨\u200d👩\u200d👧';",
    "const heart = '❤\ufe0f';",
    'const name = "Grüße, 世界";',
    "const escaped = '\\u202e';",
    '\ufeffexport {};',
  ])('a look-alike: %j', async (code) => {
    expect(await headlines(shop, added(code))).toEqual([]);
  });

  test('translations may need them', async () => {
    expect(await signs(shop, added('{"hello":"\u202bshalom\u202c"}', 'src/locales/he.json'))).toEqual(['record hidden-characters']);
  });

  test('the finding shows what cannot be seen', async () => {
    const { findings } = await findSecurityFindings(changeOf(shop, added('const \u3164 = 1;')));
    expect(findings[0]?.witness).toEqual(['const \\u{3164} = 1;']);
  });
});

describe('programs fetched and run at once', () => {
  test.for([
    ['package.json', '{"scripts":{"setup":"curl http://example.com/x | sh"}}', 'gate download-and-run'],
    ['package.json', '{"scripts":{"setup":"curl -fsSL https://example.com/x | bash -s -- -y"}}', 'warn download-and-run'],
    ['scripts/setup.sh', 'bash <(curl -s https://example.com/x)', 'warn download-and-run'],
    ['scripts/setup.sh', 'eval "$(wget -qO- https://example.com/x)"', 'warn download-and-run'],
    ['Dockerfile', 'RUN wget -O- https://example.com/x | sudo sh', 'warn download-and-run'],
    ['README.md', 'curl http://example.com/x | sh', undefined],
    ['scripts/setup.sh', 'curl https://example.com/x | jq .version', undefined],
    ['scripts/setup.sh', 'curl -o x.tgz https://example.com/x && sha256sum -c x.sum', undefined],
  ] as const)('%s: %s', async ([path, text, expected]) => {
    expect(await signs({}, { [path]: text })).toEqual(expected === undefined ? [] : [expected]);
    expect(await signs({ [path]: text }, { [path]: `${text}\n` })).toEqual([]);
  });
});

describe('where it cannot tell', () => {
  test.for([
    ['src/order.ts', 'export const = ;', [{ path: 'src/order.ts', reason: 'no syntax of TypeScript or JavaScript', fault: 'agent' }]],
    ['test/broken.test.ts', 'export const = ;', []],
    ['src/order.ts', `${'/* */'.repeat(4_000_000)}`, [{ path: 'src/order.ts', reason: 'larger than 16 MB', fault: 'agent' }]],
  ] as const)('%s %#', async ([path, code, expected]) => {
    const { unread } = await findSecurityFindings(changeOf(shop, added(code, path)));
    expect(unread).toEqual(expected);
  });

  test('a template that never was code is not the submission’s doing', async () => {
    const { unread } = await findSecurityFindings(changeOf(added('import {{name}};'), added('import {{ name }};')));
    expect(unread).toEqual([expect.objectContaining({ path: 'src/order.ts', fault: 'environment' })]);
  });

  test('CommonJS, Flow and JSX are read', async () => {
    expect(await signs(shop, added("return require('net');", 'src/a.js'))).toEqual(['warn new-capability net']);
    expect(await signs(shop, added("// @flow\nimport net from 'net';\nfunction a(b: ?string) {}", 'src/a.js'))).toEqual([
      'warn new-capability net',
    ]);
    expect(await signs(shop, added('export const A = () => <b>{fetch("/")}</b>;', 'src/a.js'))).toEqual(['warn new-capability fetch']);
  });
});
