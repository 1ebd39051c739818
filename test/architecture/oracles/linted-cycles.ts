/** Which files oxlint finds on a cycle. */
import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { runTool } from './tool.ts';

const Report = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })), number_of_files: z.int() });

export interface LintedCycles {
  /** Read, tests and declarations among them. */
  files: number;
  /** Files with an import that leads back to them. Sorted. */
  onCycles: string[];
}

/** @param ignoreTypes imports with the word `type` do not count */
export async function lintCycles(folder: string, { ignoreTypes }: { ignoreTypes: boolean }): Promise<LintedCycles> {
  const config = join(folder, `.no-cycle-${ignoreTypes}.json`);
  const rules = { 'import/no-cycle': ['error', { ignoreTypes }] };
  await writeFile(config, JSON.stringify({ plugins: ['import'], categories: { correctness: 'off' }, rules }));
  const { stdout } = await runTool('oxlint', 'oxlint', ['--config', config, '--import-plugin', '--format', 'json', '.'], folder);
  const report = Report.parse(JSON.parse(stdout));
  const found = report.diagnostics
    .filter(({ code }) => code === 'import(no-cycle)')
    .map(({ filename }) => relative(folder, resolve(folder, filename)));
  return { files: report.number_of_files, onCycles: [...new Set(found)].sort() };
}
