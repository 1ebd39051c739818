import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { checkDeclaredRules, readDeclaredRules } from '#architecture';
import { copyCodeBase } from './oracles/code-bases.ts';
import { runTool } from './oracles/tool.ts';
import { open } from './trees.ts';

const rules = [
  { name: 'path', severity: 'error', from: { path: '^src/v4/core' }, to: { path: '^src/v4/locales' } },
  {
    name: 'path-not',
    severity: 'error',
    from: { path: 'classic/', pathNot: 'external' },
    to: { path: '^src/v4/', pathNot: ['core/', 'classic/'] },
  },
  { name: 'groups', severity: 'warn', from: { path: '^src/(v\\d)/([^/]+)/' }, to: { path: '^src/', pathNot: '^src/$1/$2/' } },
  { name: 'values', severity: 'error', from: { path: 'mini/' }, to: { dependencyTypesNot: ['type-only'] } },
  { name: 'core-modules', severity: 'error', from: {}, to: { dependencyTypes: ['core'] } },
  { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  { name: 'ancestor', severity: 'error', from: {}, to: { ancestor: true } },
  { name: 'dynamic', severity: 'error', from: {}, to: { dynamic: true } },
  { name: 'orphan', severity: 'error', from: { orphan: true }, to: {} },
  { name: 'reachable', severity: 'error', from: { path: '^src/v4/mini/index' }, to: { path: '^src/v4/core/', reachable: true } },
  { name: 'unreachable', severity: 'error', from: { path: '^src/v4/mini/index' }, to: { path: '^src/v4/core/', reachable: false } },
  { name: 'cycle', severity: 'error', from: {}, to: { circular: true } },
];
const required = [
  { name: 'required', severity: 'error', module: { path: '^src/v4/locales/[a-z]+\\.ts$' }, to: { path: '^src/v4/core/util' } },
];

/**
 * dependency-cruiser itself, on code that nobody here wrote: the sources that ship inside zod. Not `moreUnstable`: it counts a file twice that is
 * imported both for values and for types.
 */
test('every break of every kind of rule is what dependency-cruiser finds', async () => {
  const folder = await copyCodeBase('zod');
  const options = {
    tsPreCompilationDeps: true,
    // They name their own package, which is not installed there, so dependency-cruiser does not see where they lead.
    exclude: '/(tests|benchmarks)/',
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], conditionNames: ['types', 'import', 'node', 'default'] },
  };
  await writeFile(join(folder, '.dependency-cruiser.json'), JSON.stringify({ forbidden: rules, required, options }));

  const { breaks, undecided } = checkDeclaredRules(await readDeclaredRules(folder), await open(folder));
  const { stdout } = await runTool(
    'dependency-cruiser',
    'depcruise',
    ['--config', '.dependency-cruiser.json', '--output-type', 'json', '.'],
    folder,
  );
  const { violations } = (JSON.parse(stdout) as ICruiseResult).summary;

  const count = (names: string[]) =>
    Object.fromEntries([...Map.groupBy(names, (name) => name.split(':')[0])].map(([rule, each]) => [rule, each.length]));
  const theirs = new Set(violations.filter(({ rule }) => rule.name !== 'cycle').map(({ rule, from, to }) => describe(rule.name, from, to)));
  const ours = new Set(
    breaks.filter(({ rule }) => rule.name !== 'cycle').map(({ rule, from, to }) => describe(rule.name, from, to ?? from)),
  );
  expect(undecided).toEqual([]);
  expect({ onlyOurs: count([...ours.difference(theirs)]), onlyTheirs: count([...theirs.difference(ours)]) }).toEqual({
    onlyOurs: {},
    onlyTheirs: {},
  });
  // It tells every cycle that it comes across, where here a knot of them is told once.
  const onCycles = new Set(
    violations.flatMap(({ rule, from, cycle }) => (rule.name === 'cycle' ? [from, ...(cycle ?? []).map(({ name }) => name)] : [])),
  );
  expect(new Set(breaks.flatMap(({ members = [] }) => members))).toEqual(onCycles);
  const broken = ['ancestor', 'groups', 'orphan', 'path', 'path-not', 'reachable', 'required', 'unreachable', 'values'];
  expect(Object.keys(count([...ours])).sort()).toEqual(broken);
});

function describe(rule: string, from: string, to: string): string {
  return `${rule}: ${from} -> ${to.replace(/^node:/, '')}`;
}
