/** The architecture check passes on this checkout, fails on a wrong arrow, and fails when it cannot see. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const checkout = join(import.meta.dirname, '../..');
const blind = 'The check is blind, so its result means nothing:';

test('passes on this checkout and leaves nothing behind', () => {
  const { exitCode, stdout, stderr, leftBehind } = runCheck(checkout);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^architecture: [1-9]\d* files, [1-9]\d* arrows, [1-9]\d* planted arrows caught\n$/);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 0, leftBehind: [] });
});

test('passes on a small house in order', () => {
  expect(runCheck(buildHouse()).exitCode).toBe(0);
});

test('explains each wrong arrow: rule, arrow, reason and remedy', () => {
  const house = buildHouse({
    'agent/index.ts': "import '#harness';\n",
    'contracts/index.ts': "import './task.ts';\n",
    'contracts/task.ts': "import './index.ts';\n",
  });
  const { exitCode, stderr, leftBehind } = runCheck(house);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 1, leftBehind: [] });
  expect(stderr).toMatchInlineSnapshot(`
    "agent-and-harness-are-strangers
      agent/index.ts -> #harness (harness/index.ts)
      Why: An agent that can import the checks can game them; a harness that imports our agent cannot judge another one.
      What to do: pass a RunAgent (contracts/agent.ts) instead; workers/ introduces the two.

    agent-imports-only-downwards
      agent/index.ts -> #harness (harness/index.ts)
      Why: agent/ may import: architecture, workspace, contracts.
      What to do: move the shared noun to contracts/, or pass a function in from above.

    no-circular
      contracts/index.ts -> contracts/task.ts -> contracts/index.ts
      Why: A cycle has no top, so no one can read it top-down.
      What to do: move what both need into a file below them.

    architecture: 3 complaint(s)
    "
  `);
});

test('names files that git lists and the check does not read, or that are not on the map', () => {
  const house = buildHouse({ 'agent/overlooked.ts': "import '#harness';\n", 'billing/index.ts': 'export const billing = 1;\n' });
  edit(house, '.dependency-cruiser.mjs', "doNotFollow: { path: ['node_modules',", "doNotFollow: { path: ['node_modules', 'overlooked',");
  const { exitCode, stderr, leftBehind } = runCheck(house);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 1, leftBehind: [] });
  expect(stderr).toMatchInlineSnapshot(`
    "agent/overlooked.ts is listed by git, and was not read
      What to do: correct the options of .dependency-cruiser.mjs.

    billing/index.ts lies in a folder that is not on the map
      What to do: add the folder to mayImport in .dependency-cruiser.mjs.

    architecture: 2 complaint(s)
    "
  `);
});

test('fails when it does not see arrows through the doors', () => {
  const house = buildHouse({ 'agent/index.ts': "import '#harness';\n" });
  edit(house, '.dependency-cruiser.mjs', "exportsFields: ['exports'],", "exportsFields: ['exports'], importsFields: [],");
  const { exitCode, stderr, leftBehind } = runCheck(house);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 1, leftBehind: [] });
  expect(stderr).toContain(`${blind} agent-and-harness-are-strangers does not report agent/planted-value.ts`);
});

test('fails when a door leads away from the sources', () => {
  const house = buildHouse();
  const conditions = '{ "source": "./harness/index.ts", "default": "./dist/harness/index.js" }';
  edit(house, 'package.json', '"#harness": "./harness/index.ts"', `"#harness": ${conditions}`);
  const { exitCode, stderr, leftBehind } = runCheck(house);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 1, leftBehind: [] });
  expect(stderr).toContain(`${blind} the door #harness does not name a .ts file of a folder on the map`);
});

test('fails when it does not see types, when a rule matches nothing, and when nothing tries a rule', () => {
  const house = buildHouse();
  edit(house, '.dependency-cruiser.mjs', 'tsPreCompilationDeps: true', 'tsPreCompilationDeps: false');
  edit(house, '.dependency-cruiser.mjs', 'to: { circular: true }', "to: { circular: true, path: '^nowhere/' }");
  edit(house, '.dependency-cruiser.mjs', "name: 'contracts-know-only-zod'", "name: 'contracts-know-little'");
  const { exitCode, stderr, leftBehind } = runCheck(house);
  expect({ exitCode, leftBehind }).toEqual({ exitCode: 1, leftBehind: [] });
  expect(stderr).toContain(`${blind} agent-and-harness-are-strangers does not report agent/planted-type.ts`);
  expect(stderr).toContain(`${blind} no-circular does not report contracts/planted-cycle.ts`);
  expect(stderr).toContain(`${blind} contracts-know-little is tried by no planted arrow`);
});

/** A small checkout with this one's map, doors and tools, and a few files of its own. */
function buildHouse(files: Record<string, string> = {}): string {
  const house = temporaryFolder();
  cpSync(join(checkout, '.dependency-cruiser.mjs'), join(house, '.dependency-cruiser.mjs'));
  cpSync(join(checkout, 'package.json'), join(house, 'package.json'));
  for (const tool of ['check-architecture.ts', 'cruise-house.ts', 'planted-arrows.ts']) {
    cpSync(join(checkout, 'tools', tool), join(house, 'tools', tool));
  }
  symlinkSync(join(checkout, 'node_modules'), join(house, 'node_modules'));
  const own = {
    '.gitignore': 'node_modules\n',
    'contracts/index.ts': 'export interface Task {}\n',
    'harness/index.ts': "import '#contracts';\n",
    'agent/index.ts': "import '#contracts';\n",
    ...files,
  };
  for (const [path, text] of Object.entries(own)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  execFileSync('git', ['init', '--quiet'], { cwd: house });
  return house;
}

function edit(house: string, path: string, passage: string, replacement: string): void {
  const text = readFileSync(join(house, path), 'utf8');
  expect(text, `${path} must hold the passage to edit`).toContain(passage);
  writeFileSync(join(house, path), text.replace(passage, replacement));
}

/** Runs the check of a checkout with a temporary folder of its own, so that everything it leaves there is seen. */
function runCheck(house: string) {
  const temporary = temporaryFolder();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check-architecture.ts'], {
    cwd: house,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
  });
  return { exitCode: status, stdout, stderr, leftBehind: readdirSync(temporary) };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-house-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
