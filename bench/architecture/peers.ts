/** The tools that are measured beside ours, each called as its own manual says, on a tree's own folder. */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from './measured-run.ts';

/** Those that only the bench runs are installed apart, by hand. */
const MODULES = [join(import.meta.dirname, '../../node_modules'), join(import.meta.dirname, '../peers/node_modules')];
const NOT_INSTALLED = 'not installed: npm install --prefix bench/peers --ignore-scripts';
const EXTENSIONS = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];

export interface Peer {
  name: string;
  /** What it does of what ours does, where it is not the whole. */
  does: string;
  /** Called once before each run; what it leaves behind from an earlier one goes here. */
  prepare?(folder: string): Promise<void>;
  program(folder: string): Promise<Omit<Program, 'timeoutSeconds'>>;
}

export const PEERS: Peer[] = [
  {
    name: 'dependency-cruiser',
    does: 'graph and cycles',
    program: async (folder) => ({
      ...(await script('dependency-cruiser', 'depcruise', folder)),
      args: [
        await binOf('dependency-cruiser', 'depcruise'),
        '--no-config',
        '--ts-pre-compilation-deps',
        '--exclude',
        'node_modules',
        '--output-type',
        'err',
        '.',
      ],
    }),
  },
  {
    name: 'madge',
    does: 'graph and cycles',
    program: async (folder) => ({
      ...(await script('madge', 'madge', folder)),
      args: [await binOf('madge', 'madge'), '--extensions', EXTENSIONS.join(), '--no-spinner', '--circular', '.'],
      accepts: [0, 1],
    }),
  },
  {
    name: 'skott',
    does: 'graph, and every elementary cycle',
    program: async (folder) => ({
      ...(await script('skott', 'skott', folder)),
      args: [
        await binOf('skott', 'skott'),
        '--displayMode=raw',
        '--showCircularDependencies',
        `--fileExtensions=${EXTENSIONS.map((each) => `.${each}`)}`,
      ],
      accepts: [0, 1],
    }),
  },
  {
    name: 'ts-morph',
    does: 'graph',
    program: async (folder) => ({
      command: process.execPath,
      args: [join(import.meta.dirname, 'ts-morph-entry.ts'), folder],
      folder,
      accepts: [0],
    }),
  },
  {
    name: 'knip',
    does: 'unused files and exports',
    program: async (folder) => ({
      ...(await script('knip', 'knip', folder)),
      args: [await binOf('knip', 'knip'), '--no-exit-code', '--no-progress', '--include', 'files,exports,types'],
    }),
  },
  {
    name: 'fallow',
    does: 'value cycles and boundaries',
    prepare: (folder) => rm(join(folder, '.fallow'), { recursive: true, force: true }),
    program: async (folder) =>
      native(folder, '@fallow-cli', 'fallow', ['architecture', '--no-cache', '--quiet', '--format', 'json'], [0, 1]),
  },
  {
    name: 'rev-dep',
    does: 'cycles',
    program: async (folder) => native(folder, '@rev-dep', 'rev-dep', ['circular', '--algorithm', 'SCC'], 'any'),
  },
  {
    name: 'oxlint',
    does: 'cycles',
    prepare: (folder) => writeFile(join(folder, '.no-cycle.json'), JSON.stringify(NO_CYCLE)),
    program: async (folder) => ({
      ...(await script('oxlint', 'oxlint', folder)),
      args: [await binOf('oxlint', 'oxlint'), '--config', '.no-cycle.json', '--import-plugin', '--format', 'json', '.'],
      accepts: [0, 1],
    }),
  },
];

/** The cache that fallow keeps between two runs, filled by the caller. */
export function warmFallow(folder: string): Promise<Omit<Program, 'timeoutSeconds'>> {
  return native(folder, '@fallow-cli', 'fallow', ['architecture', '--quiet', '--format', 'json'], [0, 1]);
}

const NO_CYCLE = {
  plugins: ['import'],
  categories: { correctness: 'off' },
  rules: { 'import/no-cycle': ['error', { ignoreTypes: false }] },
};

async function script(name: string, bin: string, folder: string) {
  return { command: process.execPath, args: [await binOf(name, bin)] as string[], folder, accepts: [0] as number[] };
}

async function binOf(name: string, bin: string): Promise<string> {
  const folder = MODULES.map((modules) => join(modules, name)).find(existsSync);
  if (folder === undefined) throw new Error(NOT_INSTALLED);
  const { bin: bins } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  return join(folder, typeof bins === 'string' ? bins : (bins[bin] as string));
}

/** Without the Node process that npm's wrapper would start first. */
async function native(folder: string, scope: string, bin: string, args: string[], accepts: Program['accepts']) {
  const platforms = [
    `${process.platform}-${process.arch}`,
    `${process.platform}-${process.arch}-gnu`,
    `${process.platform}-${process.arch}-musl`,
  ];
  const folders = MODULES.flatMap((modules) => platforms.map((platform) => join(modules, scope, platform)));
  const command = folders.flatMap((each) => [join(each, bin), join(each, 'bin', bin)]).find(existsSync);
  if (command === undefined) throw new Error(NOT_INSTALLED);
  return { command, args, folder, accepts };
}
