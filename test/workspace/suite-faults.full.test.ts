/** Suites that misbehave: what they leave behind, what they do to the report, and that none of it looks like a pass. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, TestRun } from '#contracts';
import type { Workspace } from '#workspace';
import { outline, runSuite } from '../helpers/suites.ts';
import { bothPlaces, NO_SETUP, noSandbox, processesNaming, sandboxFacts, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();
const HEAD = "import { test } from 'node:test';\nimport fs from 'node:fs';\nimport { spawn } from 'node:child_process';\n";
const LIMITS = { ...DEFAULT_LIMITS, testTimeoutMs: 15_000 };

let workspace: Workspace;
beforeAll(async () => {
  const files = {
    'package.json': '{"scripts":{"test":"node --test --import ./setup.mjs test/*.mjs"}}',
    'setup.mjs': '',
    'test/a.mjs': `${HEAD}test('calm', () => {});\n`,
  };
  workspace = await workshop.open(await workshop.repository({ files }), { setup: NO_SETUP, sandbox: bothPlaces[0], limits: LIMITS });
});
afterAll(() => workspace?.[Symbol.asyncDispose]());

/** Runs the calm test and one file with this body. */
async function withTest(body: string, more: Record<string, string> = {}): Promise<TestRun> {
  const files = { 'setup.mjs': '', ...more, 'test/b.mjs': HEAD + body };
  for (const [path, content] of Object.entries(files)) await workspace.writeFile(path, content);
  return TestRun.parse(await workspace.runTests());
}

/** The same two files as a suite of their own. */
async function suiteOf(script: string, body: string, limits: Partial<typeof LIMITS> = {}): Promise<TestRun> {
  const files = {
    'package.json': JSON.stringify({ scripts: { test: `${script} test/*.mjs` } }),
    'test/a.mjs': `${HEAD}test('calm', () => {});\n`,
    'test/b.mjs': HEAD + body,
  };
  return runSuite(workshop, await workshop.repository({ files }), {
    setup: NO_SETUP,
    limits: { ...DEFAULT_LIMITS, testTimeoutMs: 100_000, ...limits },
  });
}

const gapsOf = (run: TestRun) => (run.status === 'ran' ? run.gaps : [run.reason]);
const CALM = 'passed test/a.mjs > calm';

describe('ends before its tests', () => {
  test.each([
    ['in a test', "test('first', () => {});\ntest('quits', () => process.exit(0));\ntest('late', () => {});"],
    ['while it is loaded', "process.exit(0);\ntest('never', () => {});"],
  ])('by process.exit(0) %s', async (_, body) => {
    const run = await withTest(body);
    expect(outline(run)).toEqual([CALM]);
    expect(gapsOf(run)).toEqual(['test/b.mjs reported no test']);
  });

  test('by process.exit(0) in a test, when others of the file have been told already', async () => {
    const run = await withTest(
      "test('first', () => {});\ntest('quits', async () => { await new Promise((done) => setTimeout(done, 500)); process.exit(0); });\ntest('late', () => {});",
    );
    expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > first']);
    expect(gapsOf(run)).toEqual(['test/b.mjs ended before its tests did']);
  });

  test('by process.exit(0) in a file that is loaded before all others', async () => {
    const run = await withTest("test('never', () => {});", { 'setup.mjs': 'process.exit(0);' });
    expect(outline(run)).toEqual([expect.stringMatching(/^agent: node:test reported no test at all/)]);
  });

  test('because what is loaded before all others throws', async () => {
    const run = await withTest("test('never', () => {});", { 'setup.mjs': "throw new Error('no light');" });
    expect(outline(run).filter((line) => !/^failed \S+ > \(file does not load\)/.test(line))).toEqual([]);
  });
});

describe('writes to the report', () => {
  const report = 'const at = fs.readdirSync(ROOM).find((name) => name === "report") && ROOM + "/report";\n';
  const room = () => `const ROOM = ${JSON.stringify(noSandbox === null ? '/report' : '.')};\n`;
  const tampering = (body: string) => withTest(`${room()}${report}test('tampers', () => { ${body} });`);

  test.skipIf(noSandbox)('a passed test of its own making is left out, and that is said', async () => {
    const forged = JSON.stringify({
      key: 'a guess',
      type: 'test',
      file: '/workspace/test/c.mjs',
      titles: ['forged'],
      status: 'passed',
      durationMs: 1,
    });
    const run = await tampering(`fs.appendFileSync(at, ${JSON.stringify(`\n${forged}\nnot json\n{"half":`)});`);
    expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > tampers']);
    expect(gapsOf(run)).toEqual(['3 lines of the report were not written by its reporter, and are left out']);
  });

  test.skipIf(noSandbox)('what it takes away is missed', async () => {
    const run = await tampering('while (fs.statSync(at).size === 0); fs.truncateSync(at);');
    expect(gapsOf(run).join()).toMatch(/[1-9] lines of the report are missing/);
  });

  test.skipIf(noSandbox)('200 MB of it', async () => {
    const run = await tampering('const mb = "x".repeat(1e6) + "\\n"; for (let n = 0; n < 200; n++) fs.appendFileSync(at, mb);');
    expect(outline(run)).toEqual(['agent: the report of node:test is longer than 67108864 bytes']);
  });

  test.skipIf(noSandbox)('a link or a pipe in its place is no report', async () => {
    for (const swap of ['fs.symlinkSync("/etc/passwd", at)', 'require("node:child_process").execFileSync("mkfifo", [at])']) {
      const run = await withTest(
        `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${room()}${report}test('swaps', () => { fs.unlinkSync(at); ${swap}; });`,
      );
      expect(outline(run)).toEqual([expect.stringMatching(/^agent: node:test ended \(\d\) without a report$/)]);
    }
  });

  test.skipIf(noSandbox)('the reporters themselves cannot be written to, and the key is gone', async () => {
    const run = await withTest(
      "test('key', () => { if (fs.existsSync('/report/key') || process.env.LONGHAUL_REPORT) throw new Error('seen'); });\n" +
        "test('reporter', () => { try { fs.appendFileSync('/opt/node_modules/longhaul-reporters/report-writer.cjs', ''); } catch { return; } throw new Error('written'); });",
    );
    expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > key', 'passed test/b.mjs > reporter']);
  });
});

describe('is killed while it runs', () => {
  test('its runner, by SIGKILL: what was told until then stands, the rest is missing', async () => {
    const wait = 'await new Promise((done) => setTimeout(done, 500));';
    const run = await withTest(
      `test('first', () => {});\ntest('kills', async () => { ${wait} process.kill(process.ppid, 'SIGKILL'); ${wait} });\ntest('late', () => {});`,
    );
    // Whether the first of the file was told in time is chance.
    expect(outline(run).filter((line) => !/> first$/.test(line))).toEqual([CALM]);
    expect(gapsOf(run)).toEqual(['the report ends before the suite does: tests after that are missing']);
  });

  const FILLS = "test('first', () => {});\ntest('fills', () => { const kept = []; for (;;) kept.push(FILL); });\ntest('late', () => {});";

  test.skipIf(sandboxFacts.notEnforced.includes('memory'))('for more memory than it may take', async () => {
    const run = await suiteOf('node --test', FILLS.replace('FILL', 'Buffer.alloc(1 << 24, 1)'), { maxMemoryMb: 300 });
    expect(outline(run).filter((line) => /^passed.*(fills|late)/.test(line))).toEqual([]);
    expect([...gapsOf(run), ...outline(run)].join()).toMatch(/tests after that are missing|does not load|without a report/);
  });

  test('for a heap that is full', async () => {
    const run = await suiteOf('NODE_OPTIONS=--max-old-space-size=100 node --test', FILLS.replace('FILL', 'new Array(1e5).fill({})'));
    expect(outline(run)).toEqual([CALM, expect.stringMatching(/^failed test\/b\.mjs > \(file does not load\)/)]);
  });
});

test('breaks what a reporter might write with, in the process that both share: ours has its own, and loses nothing', async () => {
  const breaks = "test('breaks', () => { JSON.stringify = () => { throw new Error('no report'); }; });\ntest('late', () => {});";
  const run = await suiteOf('node --test --test-isolation=none', breaks);
  expect(outline(run).filter((line) => /breaks|late/.test(line))).toEqual(['passed test/b.mjs > breaks', 'passed test/b.mjs > late']);
});

describe('leaves things behind', () => {
  test.skipIf(noSandbox)('daemons that ignore SIGTERM are gone with the run', async () => {
    const daemon = "trap '' TERM; exec -a longhaul-daemon sleep 600";
    const run = await withTest(
      `test('starts one', () => { spawn('setsid', ['bash', '-c', ${JSON.stringify(daemon)}], { detached: true, stdio: 'ignore' }).unref(); });`,
    );
    expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > starts one']);
    await expect.poll(() => processesNaming('longhaul-daemon')).toEqual([]);
  });

  test.skipIf(noSandbox)('a process that begets another for ever is stopped at the time limit, with its last descendant', async () => {
    const beget = '(trap \'\' TERM; export SELF; while :; do setsid bash -c "$SELF" longhaul-heir & exit; done)';
    const run = await withTest(
      `test('begets', () => { const SELF = ${JSON.stringify(beget)}; spawn('bash', ['-c', SELF, 'longhaul-heir'], { env: { ...process.env, SELF }, stdio: 'ignore' }); for (;;) {} });`,
    );
    expect(outline(run)).toEqual(['agent: node:test did not end within the time limit']);
    await expect.poll(() => processesNaming('longhaul-heir')).toEqual([]);
  });

  test('a suite whose last test leaves a server open ends all the same', async () => {
    const run = await withTest("import { createServer } from 'node:http';\ntest('listens', () => { createServer().listen(0).unref(); });");
    expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > listens']);
  });
});

describe('says too much', () => {
  test('a gigabyte on standard error', async () => {
    const run = await withTest(
      "test('shouts', async () => { const mb = 'x'.repeat(1e6); for (let n = 0; n < 1000; n++) await new Promise((done) => process.stderr.write(mb, done)); });",
    );
    // node:test keeps it all, and gives the file up when a string cannot hold it.
    expect(outline(run)).toEqual([
      CALM,
      expect.stringMatching(/^(passed test\/b\.mjs > shouts|failed test\/b\.mjs > \(file does not load\))/),
    ]);
  });

  test('a title of 1 MB, and a message of 1 MB', async () => {
    const run = await withTest("test('y'.repeat(1e6), () => { throw new Error('z'.repeat(1e6)); });");
    if (run.status !== 'ran') throw new Error(run.reason);
    const long = run.outcomes.find(({ status }) => status === 'failed');
    expect(long?.id).toMatch(/^test\/b\.mjs > y{300}… [0-9a-f]{12}$/);
    expect(long?.message?.length).toBe(4000);
  });
});

test('twelve thousand failures that say more than a report holds: none is lost', async () => {
  const run = await suiteOf(
    'node --test',
    "const words = '\\u001b[31mred\\n'.repeat(500);\nfor (let n = 0; n < 12_000; n++) test('fails ' + n, () => { throw Object.assign(new Error('dry'), { stack: n + words }); });",
  );
  if (run.status !== 'ran') throw new Error(run.reason);
  expect(run.gaps).toEqual([]);
  const failed = run.outcomes.filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength(12_000);
  // All say something, the first of them all they have to say.
  expect(Math.min(...failed.map(({ message = '' }) => message.length))).toBe(80);
  expect(Math.max(...failed.map(({ message = '' }) => message.length))).toBe(4_000);
});

test('a test that was called from no file is told all the same', async () => {
  const run = await withTest("test('first', () => {});\nPromise.resolve('from nowhere').then(test.bind(null));");
  expect(outline(run)).toEqual([CALM, 'passed test/b.mjs > first', 'passed test/b.mjs > from nowhere']);
  expect(gapsOf(run)).toEqual([]);
});

test('a suite that only skips has run, and nothing in it has passed', async () => {
  const run = await withTest("test.skip('one', () => {});\ntest.todo('two');", { 'test/a.mjs': `${HEAD}test.skip('calm', () => {});\n` });
  expect(outline(run)).toEqual(['skipped test/a.mjs > calm', 'skipped test/b.mjs > one', 'skipped test/b.mjs > two']);
});
