/** What README.md promises of the bundled task, by the command that it gives. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { RunReport } from '#contracts';
import { ROOT, runCli } from '../helpers/cli.ts';
import { openPlace } from '../helpers/place.ts';

test('npm run demo: the reference gets full marks, nothing gets none, the script breaks shelves at the express parcels', async () => {
  await using place = openPlace();
  const output = execFileSync('npm', ['run', '--silent', 'demo'], {
    cwd: ROOT,
    env: place.environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, run = ''] = /run (\d{8}-\d{6}-\w{4}) \(finished\)/.exec(output) ?? [];
  expect(output).toContain('05-offer-express broke 4 tests that passed before');

  const { stdout } = await runCli(['report', run, '--json'], place);
  const { trials } = RunReport.parse(JSON.parse(stdout));
  expect(
    trials.map(({ agent, summary }) => [agent, summary.resolved, summary.withoutRegression, summary.usefulAnswers, summary.unscored]),
  ).toEqual([
    ['reference', 7, 7, 7, 0],
    ['nothing', 0, 0, 0, 0],
    ['scripted', 7, 6, 6, 0],
  ]);
}, 1_800_000);
