/** Rules written as programs: run where they reach nothing, and their exports as plain data. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEvaluator } from '#workspace';
import { noSandbox, refusal, useWorkshop } from '../helpers/workspaces.ts';

const workshop = useWorkshop();

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await workshop.folder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

describe.skipIf(noSandbox)('in the sandbox', () => {
  test('what a module exports, in whatever dialect, with the plugins that are installed', async () => {
    const folder = await folderOf({
      'package.json': '{ "type": "module" }',
      'rules.js':
        "import { name } from 'herbs';\nconst box = { name };\nbox.self = box;\nexport default [box, () => 1, /^a.b$/u, { plugins: { herbs: { rules: {} } } }];\nconsole.log('watered');\n",
      'rules.cjs': 'module.exports = { forbidden: [{ name: "no-weeds", bed: 40 + 2 }] };\n',
      'rules.ts': 'export const config: { beds: number } = { beds: await Promise.resolve(3) };\n',
    });
    const installed = await folderOf({ 'herbs/package.json': '{ "main": "index.js" }', 'herbs/index.js': 'exports.name = "thyme";\n' });
    await using evaluator = await openEvaluator(workshop.host, folder, installed);
    expect(await evaluator.evaluate('rules.js')).toEqual({ default: [{ name: 'thyme' }, null, '^a.b$', { plugins: { herbs: {} } }] });
    expect(await evaluator.evaluate('rules.cjs')).toMatchObject({ default: { forbidden: [{ name: 'no-weeds', bed: 42 }] } });
    expect(await evaluator.evaluate('rules.ts')).toEqual({ config: { beds: 3 } });
  });

  test('it changes nothing and sees no secret; one that fails says why', async () => {
    const folder = await folderOf({
      'writes.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('weed.txt', '');\n",
      'looks.mjs': 'export default { key: process.env.SECRET_OF_THE_GARDEN ?? null, names: Object.keys(process.env) };\n',
      'ends.mjs': 'process.exit(0);\n',
      'needs.mjs': "import 'herbs';\n",
    });
    await using evaluator = await openEvaluator(
      { ...workshop.host, environment: { ...workshop.host.environment, SECRET_OF_THE_GARDEN: 'roses' } },
      folder,
      null,
    );
    await expect(evaluator.evaluate('writes.mjs')).rejects.toThrow(/EROFS/);
    expect(existsSync(join(folder, 'weed.txt'))).toBe(false);
    expect(await evaluator.evaluate('looks.mjs')).toMatchObject({ default: { key: null } });
    await expect(evaluator.evaluate('ends.mjs')).rejects.toThrow('it ended without an answer');
    await expect(evaluator.evaluate('missing.mjs')).rejects.toThrow(/missing\.mjs, which is not installed/);
    await expect(evaluator.evaluate('needs.mjs')).rejects.toThrow('it imports herbs, which is not installed');
  });
});

test('without a sandbox nothing runs', async () => {
  const host = { ...workshop.host, environment: { PATH: '/nonexistent' }, sandbox: 'bubblewrap' as const };
  expect(await refusal(openEvaluator(host, await workshop.folder(), null))).toMatchObject({ code: 'E_SANDBOX_UNAVAILABLE' });
});
