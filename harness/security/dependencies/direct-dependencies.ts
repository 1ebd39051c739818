/** Dependencies that a manifest names and none named before. */
import type { Finding } from '#contracts';
import { type ChangedFile, readText, type SubmittedChange } from '../change.ts';
import { finding } from '../finding.ts';
import type { KnownPackages } from './known-packages.ts';
import { sourceOf } from './lockfiles/locked-package.ts';
import { lookAlikeOf } from './look-alike-name.ts';
import { isManifest, type Manifest, readManifest } from './manifest.ts';
import { lookAlikeName, unregisteredSource } from './package-findings.ts';

export interface DirectDependencies {
  findings: Finding[];
  /** Their names. */
  named: ReadonlySet<string>;
}

/**
 * Warn for what users install too, record for what only developers do, or only an example. A new dependency is news for whoever
 * reads the change; what makes one suspicious has rules of its own.
 */
export async function findDirectDependencies(
  change: SubmittedChange,
  manifests: readonly ChangedFile[],
  base: KnownPackages,
): Promise<DirectDependencies> {
  const candidates = manifests.flatMap(newlyNamed);
  if (candidates.length === 0) return { findings: [], named: new Set() };
  const { own, known } = await readManifests(change);
  const fresh = candidates.filter(({ name, range }) => !own.has(name) && !known.has(name) && !range.startsWith('workspace:'));
  return { findings: fresh.flatMap((each) => judge(each, base)), named: new Set(fresh.map(({ name }) => name)) };
}

interface Candidate {
  name: string;
  range: string;
  runtime: boolean;
  manifest: ChangedFile;
}

function newlyNamed(manifest: ChangedFile): Candidate[] {
  const before = readManifest(manifest.before ?? '{}');
  const after = readManifest(manifest.after ?? '{}');
  if (!after) return [];
  return Object.entries({ ...after.development, ...after.runtime })
    .filter(([name]) => before?.runtime[name] === undefined && before?.development[name] === undefined)
    .map(([name, range]) => ({ name, range, runtime: Object.hasOwn(after.runtime, name), manifest }));
}

/** `own`: the names of the repository's packages. `known`: what any manifest of the base depends on. */
async function readManifests({ base, head }: SubmittedChange): Promise<{ own: Set<string>; known: Set<string> }> {
  const own = new Set<string>();
  const known = new Set<string>();
  const readAll = async (tree: SubmittedChange['base'], take: (manifest: Manifest) => void) => {
    for (const path of tree.paths.filter(isManifest)) {
      const text = await readText(tree, path);
      const manifest = typeof text === 'string' ? readManifest(text) : undefined;
      if (manifest) take(manifest);
    }
  };
  await readAll(head, ({ name }) => name !== undefined && own.add(name));
  await readAll(base, ({ runtime, development }) => {
    for (const name of [...Object.keys(runtime), ...Object.keys(development)]) known.add(name);
  });
  return { own, known };
}

function judge({ name, range, runtime, manifest: { path, area } }: Candidate, base: KnownPackages): Finding[] {
  const bystander = area === 'tests';
  const findings = [
    finding(name, {
      rule: 'new-dependency',
      severity: runtime && area === 'product' ? 'warn' : 'record',
      message: `${path} now depends on ${name}${runtime ? '' : ' for development'}.`,
      path,
      witness: [`${name}: ${range.replace(/\/\/[^/@]*@/, '//')}`],
    }),
  ];
  const installed = range.startsWith('npm:') ? range.slice('npm:'.length).replace(/(?<=.)@.*$/, '') : name;
  const twin = lookAlikeOf(installed);
  if (twin !== undefined) findings.push(lookAlikeName(installed, twin, path, bystander ? 'record' : 'warn'));
  const source = sourceOf(range);
  // A package that came from elsewhere is judged by the lockfile, where there is one.
  if (source.kind !== 'registry' && base.of(name).length === 0) {
    findings.push(...unregisteredSource(name, source, path, bystander ? 'record' : 'gate'));
  }
  return findings;
}
