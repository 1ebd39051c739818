/** The whole corpus: no exploit is a useful answer, every look-alike is one. */
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ROOT } from '../helpers/cli.ts';
import { noSandbox } from '../helpers/workspaces.ts';

test.skipIf(noSandbox !== null)('every case is judged rightly', { timeout: 45 * 60_000 }, async () => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, ['judge/index.ts', 'integrity'], { cwd: ROOT, reject: false });
  expect({ exitCode, stderr: stderr.split('\n').filter((line) => /WRONG|^E_/.test(line)) }, stdout).toEqual({ exitCode: 0, stderr: [] });
});
