/** Reads the rules about imports that a repository states itself, for whatever tool. */
import { findSourceFiles } from '../tree/source-files.ts';
import type { DeclaredRules } from './declared-rules.ts';
import { readBiomeFiles, readOxlintFiles } from './read/biome.ts';
import { readDependencyCruiser } from './read/dependency-cruiser.ts';
import { readEslintFiles } from './read/eslint-files.ts';
import { addImportRules } from './read/import-rules.ts';
import { rulesInForce } from './read/lint-layers.ts';
import { type EvaluateRuleFile, RuleFiles } from './read/rule-files.ts';
import { readSheriff } from './read/sheriff.ts';
import { readWorkspaces } from './read/workspaces.ts';

/**
 * Rules of dependency-cruiser, Nx, eslint-plugin-boundaries, ESLint (`no-restricted-imports`, `no-restricted-paths`, `no-cycle`), oxlint, Biome,
 * Sheriff, and of the workspace's manifests. Read them from the base commit: a change may not edit the rules it is judged by.
 *
 * Nothing of the repository is executed here. A file in JavaScript is read as far as it is written in literals; for the rest `evaluate`
 * is asked, which runs it in a sandbox. What is understood neither way is listed in `unread`; a folder without rules gives two empty lists.
 *
 * @param files all paths of the repository where the caller knows them, relative to `folder`; otherwise the folder is walked
 * @throws the error of the file system when `folder` cannot be read
 */
export async function readDeclaredRules(
  folder: string,
  { files, evaluate }: { files?: readonly string[]; evaluate?: EvaluateRuleFile } = {},
): Promise<DeclaredRules> {
  const tree = await findSourceFiles(folder, { files });
  const ruleFiles = new RuleFiles(folder, [...tree.sources.keys(), ...tree.assets], evaluate);
  await readDependencyCruiser(ruleFiles);
  for (const read of [readEslintFiles, readOxlintFiles, readBiomeFiles])
    await addImportRules(ruleFiles, rulesInForce(await read(ruleFiles)));
  await readSheriff(ruleFiles);
  await readWorkspaces(ruleFiles);
  return ruleFiles.found;
}
