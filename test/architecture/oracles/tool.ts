/** Runs a command-line tool that is installed for the tests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const MODULES = join(import.meta.dirname, '../../../node_modules');

/** What it printed, whatever its exit code: these tools end with 1, or with a number, when they find something. */
export async function runTool(
  name: string,
  bin: string,
  args: readonly string[],
  folder: string,
): Promise<{ stdout: string; stderr: string }> {
  const manifest = JSON.parse(await readFile(join(MODULES, name, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  const script = typeof manifest.bin === 'string' ? manifest.bin : (manifest.bin[bin] ?? '');
  return execa(process.execPath, [join(MODULES, name, script), ...args], { cwd: folder, reject: false });
}
