/** Finds the layers that Biome's and oxlint's configuration files state, in the words of ESLint's rules. */
import { posix } from 'node:path';
import { NotLiteral, notInLiterals } from '../literals.ts';
import { globsToTest } from './globs.ts';
import { isImportRule } from './import-rules.ts';
import type { LintLayer } from './lint-layers.ts';
import { listOf, objectOf, type Plain, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

/** Source: Biome, rules `noRestrictedImports`, `noImportCycles` and `noPrivateImports`, whatever group they are in. */
export async function readBiomeFiles(files: RuleFiles): Promise<LintLayer[]> {
  const layers: LintLayer[] = [];
  for (const path of files.named(/^\.?biome\.jsonc?$/)) layers.push(...(await biomeLayers(files, path, new Set())));
  return layers;
}

async function biomeLayers(files: RuleFiles, path: string, seen: Set<string>): Promise<LintLayer[]> {
  seen.add(path);
  const config = objectOf(await files.load(path, 'biome'));
  const folder = posix.dirname(path);
  const layers: LintLayer[] = [];
  for (const name of textsOf(config.extends)) {
    const parent = posix.join(folder, name);
    if (name !== '//' && files.paths.has(parent) && !seen.has(parent)) layers.push(...(await biomeLayers(files, parent, seen)));
    else if (name !== '//') files.unread({ path, tool: 'biome', reason: `it extends ${name}, which is not in the repository` });
  }
  const layer = (part: Plain, globs: unknown): LintLayer => {
    const linter = objectOf(part.linter);
    const test = globsToTest([...textsOf(globs), ...(folder !== '.' && globs === undefined ? ['**'] : [])], { folder, andBelow: true });
    const rules = linter.enabled === false ? {} : biomeRules(objectOf(linter.rules));
    return { source: path, tool: 'biome', ...(test ? { files: test } : {}), ignores: [], rules, settings: {} };
  };
  layers.push(layer(config, objectOf(config.files).includes));
  for (const each of listOf(config.overrides)) layers.push(layer(objectOf(each), objectOf(each).includes));
  return layers;
}

function biomeRules(groups: Plain): Plain {
  const rules: Plain = {};
  for (const group of Object.values(groups)) {
    for (const [name, stated] of Object.entries(objectOf(group))) {
      const level = typeof stated === 'string' ? stated : objectOf(stated).level;
      const options = objectOf(objectOf(stated).options);
      if (name === 'noRestrictedImports') rules['no-restricted-imports'] = [level, restrictionsOf(options)];
      if (name === 'noImportCycles') rules['import/no-cycle'] = [level, { ignoreTypes: options.ignoreTypes }];
      if (name === 'noPrivateImports') rules['biome/noPrivateImports'] = [level];
    }
  }
  return rules;
}

/** Biome keeps paths in an object, name -> message or restriction. */
function restrictionsOf({ paths, patterns }: Plain): Plain {
  return {
    paths: Object.entries(objectOf(paths)).map(([name, each]) => ({
      name,
      ...(typeof each === 'string' ? { message: each } : objectOf(each)),
    })),
    patterns: listOf(patterns),
  };
}

/** Source: oxlint, configuration file reference; its rules have the names and options of ESLint's. */
export async function readOxlintFiles(files: RuleFiles): Promise<LintLayer[]> {
  const layers: LintLayer[] = [];
  for (const path of files.named(/^(\.oxlintrc\.json|oxlint\.config\.ts)$/)) {
    const value = await files.load(path, 'oxlint');
    if (value instanceof NotLiteral) files.unread({ path, tool: 'oxlint', reason: notInLiterals(value) });
    const config = objectOf(value);
    const folder = posix.dirname(path);
    if (listOf(config.extends).length > 0) files.unread({ path, tool: 'oxlint', reason: '`extends` is not supported' });
    const ignored = globsToTest(textsOf(config.ignorePatterns), { folder, anyDepth: true, andBelow: true });
    for (const part of [{ ...config, files: undefined }, ...listOf(config.overrides).map(objectOf)] as Plain[]) {
      const stated = textsOf(part.files);
      const test = globsToTest(stated.length > 0 || folder === '.' ? stated : ['**'], { folder, anyDepth: true });
      layers.push({
        source: path,
        tool: 'oxlint',
        ...(test ? { files: test } : {}),
        ignores: ignored ? [ignored] : [],
        rules: Object.fromEntries(Object.entries(objectOf(part.rules)).filter(([name]) => isImportRule(name))),
        settings: {},
      });
    }
  }
  return layers;
}
