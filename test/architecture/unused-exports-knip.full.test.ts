/** Unused exports and orphans against knip, on code that ships inside npm packages; every difference has a reason. */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Architecture, openArchitecture } from '#architecture';
import { treeOf } from './trees.ts';

const INSTALLED = join(import.meta.dirname, '../../node_modules');

const Named = z.array(z.object({ name: z.string() })).default([]);
const KnipReport = z.object({ issues: z.array(z.object({ file: z.string(), exports: Named, types: Named, files: Named })) });

interface Unused {
  exports: Set<string>;
  files: Set<string>;
}

async function askKnip(folder: string, entry: readonly string[]): Promise<Unused> {
  await writeFile(join(folder, 'knip.json'), JSON.stringify({ entry, project: ['**/*.{ts,tsx,js,mjs,cjs}'] }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { module: 'nodenext', allowJs: true } }));
  const options = ['--directory', folder, '--include', 'exports,types,files', '--reporter', 'json', '--no-exit-code', '--no-progress'];
  const { stdout } = await promisify(execFile)(process.execPath, [join(INSTALLED, 'knip/bin/knip.js'), ...options], { maxBuffer: 2 ** 28 });
  const { issues } = KnipReport.parse(JSON.parse(stdout));
  return {
    exports: new Set(issues.flatMap(({ file, exports, types }) => [...exports, ...types].map(({ name }) => `${file}#${name}`))),
    files: new Set(issues.flatMap(({ files }) => files.map(({ name }) => name))),
  };
}

function importersOf({ graph }: Architecture, path: string): { path: string; specifier: string; names: string[] | undefined }[] {
  const id = graph.idOf(path);
  return graph.files.flatMap((file) => {
    const imports = file?.links.imports.filter((_, index) => file.targets[index] === id) ?? [];
    return imports.map(({ specifier, names }) => ({ path: file?.path ?? '', specifier, names }));
  });
}

/** What knip sees and an importer's name does not show, or the other way round. */
async function reasonFor(name: string, architecture: Architecture, knip: Unused): Promise<string> {
  const [path = '', own = ''] = name.split('#');
  if (knip.exports.has(name)) {
    const importers = importersOf(architecture, path);
    if (importers.some(({ names }) => !names)) return 'knip looks into the use of a namespace';
    if (importers.every((importer) => knip.files.has(importer.path) || !importer.names?.includes(own)))
      return 'used by files that no entry leads to';
    return 'none';
  }
  if (knip.files.has(path)) return UNREACHED;
  const fact = architecture.graph.files[architecture.graph.idOf(path) ?? -1]?.links.exports.find((each) => each.name === own);
  if (fact?.name === 'default' && fact.from !== undefined) return 'an alias of a default that `export *` does not pass on';
  const text = await readFile(join(architecture.folder, path), 'utf8');
  if (fact?.typeOnly && (text.match(new RegExp(`\\b${own}\\b`, 'g')) ?? []).length > 1) return MENTIONED;
  const [, comment = ''] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export [a-z ]+ ${own}\\b`).exec(text) ?? [];
  return comment.includes('@public') ? TAGGED : 'none';
}

const MENTIONED = 'a type that a declaration of its own file mentions';
const TAGGED = 'tagged @public, which knip takes for a use';
const UNREACHED = 'no entry leads to the file: knip reports it as a whole';

test.each([
  ['zod', ['src'], { same: 1, [MENTIONED]: 5 }],
  ['tsconfig-paths', ['src'], { same: 3, [MENTIONED]: 1, 'knip looks into the use of a namespace': 1 }],
  ['@secretlint/core', ['src'], { same: 1, [MENTIONED]: 6 }],
  ['rxjs', ['src'], { same: 0 }],
  ['@trpc/server', ['src'], { same: 3 }],
  ['@reduxjs/toolkit', ['src'], { same: 134, [MENTIONED]: 23, [TAGGED]: 2 }],
  ['execa', ['index.js', 'lib'], { same: 1 }],
  ['dependency-cruiser', ['src', 'bin'], { same: 33, [UNREACHED]: 4, 'used by files that no entry leads to': 1 }],
])('%s', async (name, parts, expected) => {
  const folder = await treeOf();
  for (const part of ['package.json', ...parts]) await cp(join(INSTALLED, name, part), join(folder, part), { recursive: true });
  const architecture = await openArchitecture(folder);
  const { surface, unusedExports, sources } = architecture.snapshot();
  const entries = surface.packages.flatMap((each) => each.entries.map(([, path]) => path));
  const tests = sources.flatMap(([path, role]) => (role === 'production' ? [] : [path]));
  const knip = await askKnip(folder, [...entries, ...tests]);

  const ours = new Set(unusedExports.exports.filter((each) => !each.onlyTests).map((each) => `${each.path}#${each.name}`));
  const reasons: Record<string, number> = { same: ours.intersection(knip.exports).size };
  for (const each of ours.symmetricDifference(knip.exports)) {
    const reason = await reasonFor(each, architecture, knip);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  expect(reasons).toEqual(expected);

  const orphans = new Set(unusedExports.orphans.filter((each) => !each.onlyTests).map((each) => each.path));
  expect([...orphans.difference(knip.files)]).toEqual([]);
  for (const path of knip.files.difference(orphans)) {
    // What is imported by the package's own name leads knip to what was built, and there is nothing.
    const users = importersOf(architecture, path).filter((each) => !knip.files.has(each.path) && !each.specifier.startsWith(name));
    expect(users, path).toEqual([]);
  }
});
