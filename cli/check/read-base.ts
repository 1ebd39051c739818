/** The architecture of the base, with the rules and settings that hold there: remembered, or read from a copy of its files. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchitectureSnapshot, DeclaredRules } from '#architecture';
import type { Host } from '#workspace';
import { type Base, factsFolder, layTree, type WorkingTree } from '#workspace/repository';
import { readRules } from './read-rules.ts';
import { fingerprintRules, type RuleFiles } from './rule-files.ts';
import { readTree } from './read-tree.ts';
import { type Remembered, remember } from './remembered-bases.ts';
import { readSettings, type Settings } from './settings.ts';
import { saysSomething } from './wanted-files.ts';

export interface BaseReading {
  snapshot: ArchitectureSnapshot;
  rules: DeclaredRules;
  ruleFiles: RuleFiles;
  settings: Settings;
}

export interface BaseOptions {
  /** Of checks; null: nothing is remembered. */
  cacheFolder: string | null;
  /** Whatever changes how a tree is read changes this. */
  instrument: string;
  signal: AbortSignal;
  onRead: () => void;
}

/** @throws E_SETTINGS_MALFORMED, E_REPOSITORY_INCOMPLETE, and what fills or locks a disk */
export async function readBase(host: Host, tree: WorkingTree, base: Base, options: BaseOptions): Promise<Remembered<BaseReading>> {
  const make = () => readLaidOut(host, tree, base, options);
  if (options.cacheFolder === null) return { value: await make(), isRemembered: false, problem: null };
  // Rules that are programs can be run once their plugins are installed.
  const isInstalled = existsSync(join(tree.root, 'node_modules'));
  const key = createHash('sha256').update([options.instrument, base.tree, isInstalled].join('\n')).digest('hex').slice(0, 40);
  return await remember(join(options.cacheFolder, 'bases'), key, make);
}

async function readLaidOut(host: Host, tree: WorkingTree, base: Base, { cacheFolder, signal, onRead }: BaseOptions): Promise<BaseReading> {
  onRead();
  await using laid = await layTree(tree, base.commit, (path) => (saysSomething(path) ? 'content' : 'nothing'));
  const settings = await readSettings((path) => readFile(join(laid.folder, path), 'utf8').catch(() => null));
  const { snapshot } = await readTree(laid.folder, laid.paths, { facts: cacheFolder && factsFolder(host), signal });
  const rules = await readRules(host, { folder: laid.folder, paths: laid.paths, installed: join(tree.root, 'node_modules') }, signal);
  return { snapshot, rules, ruleFiles: await fingerprintRules(laid.folder, rules), settings };
}
