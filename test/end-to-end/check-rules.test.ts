/** `longhaul check` with rules that a repository states itself. */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckReport } from '#contracts';
import { runCli } from '../helpers/cli.ts';
import { openPlace, type Place } from '../helpers/place.ts';
import { noSandbox } from '../helpers/workspaces.ts';
import { BAKERY, type Clone, openBakery } from './bakery.ts';

let place: Place;
beforeAll(() => {
  place = openPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

async function report({ folder }: Clone, ...args: string[]): Promise<CheckReport> {
  const { stdout } = await runCli(['check', folder, '--json', ...args], place);
  return CheckReport.parse(JSON.parse(stdout));
}

const NO_SHORT_CUT = {
  name: 'no-short-cut',
  comment: 'The counter knows the oven and not what it bakes with.',
  severity: 'error',
  from: { path: '^src/counter/' },
  to: { path: '^src/pantry/' },
};
const SHORT_CUT = {
  'src/counter/sell.ts': `import { flour } from '../pantry/flour.ts';\n${BAKERY['src/counter/sell.ts']}console.log(flour);\n`,
};

test('a rule of the base is a gate with its own reason; a change that lifts it is judged by it, and told', async () => {
  const rules = JSON.stringify({ forbidden: [NO_SHORT_CUT] });
  const bakery = openBakery(place, { files: { '.dependency-cruiser.json': rules } });
  const lifted = bakery.clone({ ...SHORT_CUT, '.dependency-cruiser.json': '{ "forbidden": [] }\n' });
  const { verdict, findings } = await report(lifted);
  expect(verdict).toBe('failed');
  expect(findings.find(({ rule }) => rule === 'declared-rule')).toMatchObject({
    severity: 'gate',
    message: expect.stringContaining('The counter knows the oven and not what it bakes with.'),
    place: { path: 'src/counter/sell.ts', line: 1 },
  });
  expect(findings.find(({ rule }) => rule === 'declared-rules-changed')).toMatchObject({
    severity: 'warn',
    place: { path: '.dependency-cruiser.json' },
  });
  expect((await report(bakery.clone())).findings).toEqual([]);
});

const program = `const layers = ['counter', 'pantry'];\nmodule.exports = { forbidden: [{ ...${JSON.stringify(NO_SHORT_CUT)}, from: { path: '^src/' + layers[0] + '/' } }] };\n`;
test.skipIf(noSandbox)('a rule file that is a program runs in the sandbox', async () => {
  const { verdict, findings, unread } = await report(openBakery(place, { files: { '.dependency-cruiser.cjs': program } }).clone(SHORT_CUT));
  expect({ verdict, unread }).toEqual({ verdict: 'failed', unread: [] });
  expect(findings[0]?.message).toContain('no-short-cut');
});

test('without a sandbox it is listed as not judged, and nothing of it ran', async () => {
  const { folder } = openBakery(place, { files: { '.dependency-cruiser.cjs': program } }).clone(SHORT_CUT);
  const environment = { ...place.environment, PATH: onlyGit() };
  const { stdout } = await runCli(['check', folder, '--json', '--no-cache'], { environment });
  const { unread } = CheckReport.parse(JSON.parse(stdout));
  expect(unread.map(({ path, tool }) => `${path} ${tool}`)).toContain('.dependency-cruiser.cjs dependency-cruiser');
  expect(unread.map(({ reason }) => reason).join('\n')).toContain('no sandbox works on this machine');
});

/** A folder of programs with git alone in it. */
function onlyGit(): string {
  const programs = join(place.folder, 'programs');
  const git = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'git'))) ?? '';
  mkdirSync(programs);
  symlinkSync(join(git, 'git'), join(programs, 'git'));
  return programs;
}
