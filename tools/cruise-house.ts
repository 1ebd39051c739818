/** Reads the imports of a checkout and compares them with the map in .dependency-cruiser.mjs. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** The map as .dependency-cruiser.mjs states it. */
export interface HouseMap {
  /** Folder -> the folders it may import. */
  mayImport: Record<string, string[]>;
  owners: { packages: string[]; owner: string }[];
  rules: IForbiddenRuleType[];
  options: NonNullable<IConfiguration['options']>;
}

/** An import of one file of ours by another. Paths are relative to the checkout. */
export interface Arrow {
  from: string;
  to: string;
}

export interface Violation extends Arrow {
  rule: string;
  /** How the import was written, such as `#harness`. */
  written: string;
  /** Every file on the cycle; empty for a rule that is not about cycles. */
  cycle: string[];
}

export interface CruisedHouse {
  /** Files of ours that were read. */
  files: string[];
  arrows: Arrow[];
  violations: Violation[];
}

export async function readHouseMap(root: string): Promise<HouseMap> {
  const { default: configuration, mayImport, owners } = await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href);
  return { mayImport, owners, rules: configuration.forbidden, options: configuration.options };
}

/** Folders without a file yet are skipped. May run twice in one process: dependency-cruiser empties its caches. */
export async function cruiseHouse(root: string, map: HouseMap): Promise<CruisedHouse> {
  const folders = Object.keys(map.mayImport).filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, { ...map.options, baseDir: root, validate: true, ruleSet: { forbidden: map.rules } });
  const { modules, summary } = output as ICruiseResult;
  const isOurs = (path: string) => Object.keys(map.mayImport).some((folder) => path.startsWith(`${folder}/`));
  const read = modules.filter(({ source, couldNotResolve }) => isOurs(source) && !couldNotResolve);
  return {
    files: read.map(({ source }) => source),
    arrows: read.flatMap(({ source, dependencies }) =>
      dependencies.filter(({ resolved }) => isOurs(resolved)).map(({ resolved }) => ({ from: source, to: resolved })),
    ),
    violations: summary.violations.map(({ rule, from, to, unresolvedTo, cycle }) => ({
      rule: rule.name,
      from,
      to,
      written: unresolvedTo ?? to,
      cycle: cycle?.map(({ name }) => name) ?? [],
    })),
  };
}

/** The TypeScript files git knows or would add, without those deleted from the disk. */
export function listSources(root: string): string[] {
  return git(root, 'ls-files', '-co', '--exclude-standard', '*.ts').filter((path) => existsSync(join(root, path)));
}

/** The lines of a git command that only reads; also in a checkout that belongs to somebody else, as on some build machines. */
export function git(root: string, ...args: string[]): string[] {
  const output = execFileSync('git', ['-c', `safe.directory=${root}`, '-c', 'core.quotePath=false', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return output.split('\n').filter((line) => line !== '');
}
