/** docs/cli.md says what --help says. After a change of the command line, `npm test -- test/docs/cli.test.ts -u` writes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliResult, ROOT, runCli } from '../helpers/cli.ts';

const COMMANDS = ['check', 'guard', 'run', 'test', 'worker', 'report', 'grade', 'doctor', 'stop'];

/** Help is laid out for 80 columns where nobody says otherwise; the number of cores is this machine's alone. */
async function help(...args: string[]): Promise<string> {
  const { PATH = '' } = process.env;
  const result: CliResult = await runCli([...args, '--help'], { environment: { PATH } });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return result.stdout.replace(/(trials at the same time) +\(default: \d+\)/g, '$1 (default: cores, at most 8)').trimEnd();
}

test('docs/cli.md holds the help of every command, the exit codes and the environment', async () => {
  const [overview = '', ...commands] = await Promise.all([help(), ...COMMANDS.map((command) => help(command))]);
  const listed = [...overview.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)].map(([, name]) => name).filter((name) => name !== 'help');
  expect(listed.slice(0, COMMANDS.length)).toEqual(COMMANDS);
  const document = [
    '# Command line',
    'Results go to standard output, progress and complaints to standard error. `--json` prints exactly one document on one line;',
    'that of `run` and `report <run>` is described by [run-report.schema.json](run-report.schema.json), that of `grade` by its source, `contracts/regrade-report.ts`, that of `guard` by `contracts/guard-report.ts`, that of `check` by `contracts/check-report.ts`: its `verdict` is `passed`, `failed`, `unscored`, `calibrated` or `could-not-run`.',
    'Every complaint has a code; [errors.md](errors.md) lists them all.',
    '',
    'Exit codes:',
    '',
    '- **0** done: every milestone of the run was judged, well or badly; every test of `test` passed or was skipped; `check` found no gate',
    '- **1** the run ended, but not every milestone could be judged; `grade` came to another verdict, or to none; a test of `test` failed, or none ran; `doctor` found something missing; `check` found a gate',
    '- **2** could not run: the command line, the environment or the machine is not as it must be; `check` cannot tell',
    '- **130** interrupted; what was graded is kept',
    '',
    'An agent that resolves nothing is a result and exits with 0.',
    '',
    fenced('longhaul', overview),
    ...COMMANDS.map((command, index) => fenced(`longhaul ${command}`, commands[index] ?? '')),
  ].join('\n');
  await expect(document.replace('# Command line\n', '# Command line\n\n')).toMatchFileSnapshot(join(ROOT, 'docs/cli.md'));
});

test.for(['', 'nonsense', 'run --nonsense', 'run --repeat 0', 'run --max-cost -1', 'report one two'])(
  'longhaul %s: exit code 2, nothing on stdout, and where to look',
  async (line) => {
    const args = line.split(' ').filter((word) => word !== '');
    const { PATH = '' } = process.env;
    const { stdout, stderr, code } = await runCli(args, { environment: { PATH } });
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('--help');
  },
);

function fenced(title: string, text: string): string {
  return `## \`${title}\`\n\n\`\`\`text\n${text}\n\`\`\`\n`;
}
