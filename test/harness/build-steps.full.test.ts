/** Build steps are the submission's own code, and run before its tests: none of what they do reaches into how these are judged. */
import { beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_SETUP, NO_USAGE, type RunAgent, type Task } from '#contracts';
import { taskFromCommits } from '#harness';
import { noSandbox, processesNaming, useWorkshop } from '../helpers/workspaces.ts';
import { gradesOf, inMemory } from './corner-shop.ts';

const workshop = useWorkshop();
const BUILD =
  "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\nwriteFileSync('dist/days.js', 'module.exports = ' + (await import('./src/days.js')).default + ';\\n');\n";
const TEST = "const { equal } = require('node:assert/strict');\nit('lends for two weeks', () => equal(require('../dist/days.js'), 14));\n";
const LENIENT = "it('lends for two weeks', () => {});\n";

let task: Task;
let shared: ReturnType<typeof inMemory>;
beforeAll(async () => {
  shared = inMemory(workshop.host);
  const { repository, commits } = await workshop.repository(
    {
      files: {
        '.gitignore': 'node_modules\ndist\n.mocharc.*\n',
        'package.json':
          '{ "private": true, "scripts": { "test": "mocha", "build": "node build.mjs" }, "devDependencies": { "mocha": "11.7.5" } }\n',
        'build.mjs': BUILD,
        'src/days.js': 'module.exports = 21;\n',
        'test/open.test.js': "it('is open', () => {});\n",
      },
    },
    { files: { 'src/days.js': 'module.exports = 14;\n', 'test/days.test.js': TEST } },
  );
  const [commit = '', reference = ''] = commits;
  task = await taskFromCommits(workshop.host, {
    ...{ repository, commit, references: [reference] },
    setup: { ...DEFAULT_SETUP, build: ['npm run build'] },
  });
});

const graded = async (files: Record<string, string>) => {
  const agent: RunAgent = async ({ workspace }) => {
    for (const [path, text] of Object.entries(files)) await workspace.writeFile(path, text);
    return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
  };
  const limits = { ...DEFAULT_LIMITS, testTimeoutMs: 60_000 };
  const [grade] = await gradesOf(shared.deps, task, agent, { limits, baselineRuns: 1, sandbox: 'required' });
  return { resolved: grade?.resolved, build: grade?.checks.find(({ check }) => check === 'build')?.status };
};
/** A build that goes on to do something else. */
const building = (more: string) => ({ 'build.mjs': `${BUILD}const { execSync, spawn } = await import('node:child_process');\n${more}\n` });

test.skipIf(noSandbox)('an honest one is built and judged', async () => {
  expect(await graded({ 'src/days.js': 'module.exports = 7 * 2;\n' })).toEqual({ resolved: 'yes', build: 'passed' });
});

test.skipIf(noSandbox).each<[string, string]>([
  [
    'patches the runner',
    "writeFileSync('node_modules/mocha/lib/runnable.js', (await import('node:fs')).readFileSync('node_modules/mocha/lib/runnable.js', 'utf8').replace('Runnable.prototype.run = function (fn) {', 'Runnable.prototype.run = function (fn) { return fn();'));",
  ],
  [
    'puts a package of its own into the dependencies',
    "execSync('cp -r node_modules/mocha node_modules/.mocha && rm -rf node_modules/mocha && mkdir -p node_modules/mocha/bin');",
  ],
  ['rewrites the tests', `writeFileSync('test/days.test.js', ${JSON.stringify(LENIENT)});`],
  [
    'plants a configuration that git does not see',
    'writeFileSync(\'.mocharc.cjs\', \'process.mainModule; require("node:module")._extensions[".js"] = ((was) => (m, f) => f.endsWith("days.test.js") ? m._compile("it(\\\\"lends for two weeks\\\\", () => {})", f) : was(m, f))(require("node:module")._extensions[".js"]); module.exports = {};\');',
  ],
  [
    'changes what mocha reads in package.json',
    "writeFileSync('package.json', JSON.stringify({ mocha: { require: './lenient.cjs' } })); writeFileSync('lenient.cjs', 'require(\"node:assert/strict\").equal = () => {};');",
  ],
  [
    'waits for the tests',
    `spawn('bash', ['-c', 'for n in $(seq 3000); do echo "it(\\'lends for two weeks\\', () => {});" >test/days.test.js; sleep 0.01; done; : lingering-4711'], { detached: true, stdio: 'ignore' }).unref();`,
  ],
])('one that %s wins nothing', async (_, more) => {
  const { resolved } = await graded(building(more));
  expect(resolved).toBe('no');
  expect(processesNaming('lingering-4711')).toEqual([]);
});
