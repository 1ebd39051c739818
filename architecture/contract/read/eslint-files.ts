/** Finds the layers that ESLint's configuration files state, old and new style. */
import { posix } from 'node:path';
import type { PathTest } from '../declared-rules.ts';
import { findNotLiteral, NotLiteral, notInLiterals } from '../literals.ts';
import { folderToRegex, globsToTest } from './globs.ts';
import { isImportRule } from './import-rules.ts';
import type { LintLayer } from './lint-layers.ts';
import { listOf, objectOf, type Plain, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const TOOL = 'eslint';

/** Layers of all ESLint files of the repository, in the order in which they have their say: those nearer to a file later. */
export async function readEslintFiles(files: RuleFiles): Promise<LintLayer[]> {
  const flat = await readEach(files, files.named(/^eslint\.config\.([cm]?[jt]s)$/), readFlat);
  const legacy = await readEach(files, files.named(/^\.eslintrc(\.(js|cjs|json|ya?ml))?$/), readLegacy);
  return [...flat, ...legacy, ...(await readManifests(files))];
}

type Read = (files: RuleFiles, path: string, value: unknown) => Promise<LintLayer[]> | LintLayer[];

/** Files of one style in one folder tree: the nearest flat configuration is the only one in force, old ones add up. */
async function readEach(files: RuleFiles, paths: string[], read: Read): Promise<LintLayer[]> {
  const layers: LintLayer[] = [];
  for (const path of paths) {
    const value = await files.load(path, TOOL);
    if (value === undefined) continue;
    const folder = posix.dirname(path);
    if (folder !== '.' && endsTheSearch(path, value)) for (const layer of layers) layer.ignores.push({ any: [folderToRegex(folder)] });
    layers.push(...(await read(files, path, value)));
  }
  return layers;
}

function endsTheSearch(path: string, value: unknown): boolean {
  return !posix.basename(path).startsWith('.') || objectOf(value).root === true;
}

/** Presets of these say nothing about what may import what. */
const STYLE_ONLY =
  /^(@eslint\/js|typescript-eslint|@typescript-eslint\/.*|@stylistic\/.*|@?vitest\/.*|eslint-config-prettier.*|eslint-plugin-(prettier|react|react-hooks|react-refresh|jsx-a11y|jsdoc|unicorn|regexp|vitest|jest|svelte|vue|astro).*|globals)$/;

/** Parts that are not literals are other people's presets in most files: they are listed together. */
function tellUnread(files: RuleFiles, path: string, unread: NotLiteral[]): void {
  const parts = unread.filter(({ origin }) => origin === undefined || !STYLE_ONLY.test(origin));
  const [first] = parts;
  if (!first) return;
  const more = parts.length > 1 ? `, and ${parts.length - 1} more` : '';
  files.unread({ path, tool: TOOL, reason: `${notInLiterals(first)}${more}` });
}

function readFlat(files: RuleFiles, path: string, value: unknown): LintLayer[] {
  const items = (Array.isArray(value) ? value : [value]).flat(3);
  const folder = posix.dirname(path);
  const unread = items.flatMap((item) => (item instanceof NotLiteral ? [item] : unreadParts(objectOf(item))));
  tellUnread(files, path, unread);
  const configs = items.filter((item) => !(item instanceof NotLiteral)).map(objectOf);
  const globalIgnores = configs
    .filter((config) => config.ignores !== undefined && Object.keys(config).every((key) => key === 'ignores' || key === 'name'))
    .flatMap((config) => globsToTest(textsOf(config.ignores), { folder, andBelow: true }) ?? []);
  return configs.flatMap((config) => {
    if (config.rules === undefined && config.settings === undefined) return [];
    // Where it applies is not known; the unread part is listed.
    if (findNotLiteral([config.files, config.ignores])) return [];
    if (listOf(config.files).some(Array.isArray)) {
      files.unread({ path, tool: TOOL, reason: 'a list within `files` is not supported' });
      return [];
    }
    const ignores = globsToTest(textsOf(config.ignores), { folder });
    const stated = globsToTest(textsOf(config.files), { folder });
    return [layerOf(path, config, stated ?? inFolder(folder), [...globalIgnores, ...(ignores ? [ignores] : [])])];
  });
}

/** What counts of a configuration object: where it applies, and its rules on imports. Plugins, parsers and rules on style are others' concern. */
function unreadParts(config: Plain): NotLiteral[] {
  const isSpread = (key: string) => key.startsWith('...') || key.startsWith('[');
  const spread = Object.entries(config).filter(([key]) => isSpread(key));
  const rules = Object.entries(objectOf(config.rules)).filter(([name]) => isSpread(name) || isImportRule(name));
  const parts = [...spread, ...rules].map(([, part]) => part);
  const whole = config.rules instanceof NotLiteral ? [config.rules] : [];
  return [...parts, ...whole, config.files, config.ignores, config.extends, config.settings].flatMap((part) => findNotLiteral(part) ?? []);
}

async function readLegacy(files: RuleFiles, path: string, value: unknown): Promise<LintLayer[]> {
  return readLegacyConfig(files, path, value, posix.dirname(path), new Set([path]));
}

async function readLegacyConfig(files: RuleFiles, path: string, value: unknown, folder: string, seen: Set<string>): Promise<LintLayer[]> {
  if (value instanceof NotLiteral) {
    tellUnread(files, path, [value]);
    return [];
  }
  const config = objectOf(value);
  tellUnread(files, path, unreadParts(config));
  const presets: string[] = [];
  const layers: LintLayer[] = [];
  for (const name of textsOf(config.extends)) {
    const parent = posix.join(posix.dirname(path), name);
    const found = name.startsWith('.') ? [parent, `${parent}.js`, `${parent}.json`].find((each) => files.paths.has(each)) : undefined;
    if (found === undefined) presets.push(name);
    else if (!seen.has(found)) {
      const base = await files.load(found, TOOL);
      layers.push(...(await readLegacyConfig(files, found, base, folder, seen.add(found))));
    }
  }
  const foreign = presets.filter((name) => !/^(eslint:|plugin:(@typescript-eslint|react|react-hooks|prettier)\/|prettier)/.test(name));
  if (foreign.length > 0) files.unread({ path, tool: TOOL, reason: `it takes in ${foreign.join(', ')}, which is not in the repository` });
  const ignored = globsToTest(textsOf(config.ignorePatterns), { folder, anyDepth: true, andBelow: true });
  const ignores = ignored ? [ignored] : [];
  layers.push(layerOf(path, config, inFolder(folder), ignores));
  for (const each of listOf(config.overrides)) {
    const override = objectOf(each);
    const excluded = globsToTest(textsOf(override.excludedFiles), { folder, anyDepth: true });
    const stated = globsToTest(textsOf(override.files), { folder, anyDepth: true });
    layers.push(layerOf(path, override, stated ?? inFolder(folder), [...ignores, ...(excluded ? [excluded] : [])]));
  }
  return layers;
}

async function readManifests(files: RuleFiles): Promise<LintLayer[]> {
  const layers: LintLayer[] = [];
  for (const path of files.named(/^package\.json$/)) {
    const { eslintConfig } = objectOf(files.loadQuietly(path));
    if (eslintConfig !== undefined) layers.push(...(await readLegacy(files, path, eslintConfig)));
  }
  return layers;
}

function inFolder(folder: string): PathTest | undefined {
  return folder === '.' ? undefined : { any: [folderToRegex(folder)] };
}

function layerOf(source: string, config: Plain, test: PathTest | undefined, ignores: PathTest[]): LintLayer {
  const rules = Object.fromEntries(
    Object.entries(objectOf(config.rules)).filter(([name, stated]) => isImportRule(name) && !findNotLiteral(stated)),
  );
  const settings = findNotLiteral(config.settings) ? {} : objectOf(config.settings);
  return { source, tool: TOOL, ...(test ? { files: test } : {}), ignores: [...ignores], rules, settings };
}
