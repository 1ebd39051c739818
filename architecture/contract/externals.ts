/** The packages from outside that each package of the tree uses in production. */
import { packageName } from '../graph/resolution.ts';
import { NO_FILE } from '../graph/source-graph.ts';
import { IMPORT_KIND } from '../facts/file-facts.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';
import { DEPENDENCY_KINDS, type DependencyKind } from '../tree/package-sources.ts';
import { perSnapshot } from './per-snapshot.ts';

export interface ExternalUse {
  /** Folder of the package that uses it, `.` for the root. */
  package: string;
  /** `@scope/name` or `name`. */
  name: string;
  /** No import of it runs: only its types are used. */
  typeOnly: boolean;
  /** The first import, of those that run where there are some. */
  from: string;
  line: number;
  /** The manifests field that declares it, nearest first; undefined when none does. */
  declared: DependencyKind | undefined;
}

/** One for each pair of package and external name, sorted by both. Builtin modules and the workspace's own packages are none. */
export const externalUses = perSnapshot(({ sources, specifiers, imports, modules, packages }): ExternalUse[] => {
  const uses = new Map<string, ExternalUse>();
  for (const [from, to, kinds, line, word] of imports) {
    const [path, role, module] = sources[from] as ArchitectureSnapshot['sources'][number];
    if ((to !== NO_FILE.EXTERNAL && to !== NO_FILE.MISSING) || role !== 'production') continue;
    const owner = modules[module]?.package ?? '.';
    const isValue = (kinds & IMPORT_KIND.VALUE) !== 0;
    const name = packageName(specifiers[word] as string);
    const key = `${owner}\0${name}`;
    const known = uses.get(key);
    if (!known) uses.set(key, { package: owner, name, typeOnly: !isValue, from: path, line, declared: fieldOf(packages, owner, name) });
    else if (known.typeOnly && isValue) Object.assign(known, { typeOnly: false, from: path, line });
  }
  return [...uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
});

function fieldOf(packages: ArchitectureSnapshot['packages'], owner: string, name: string): DependencyKind | undefined {
  const manifests = [owner, '.'].map((folder) => packages.find((each) => each.folder === folder));
  return manifests
    .map((manifest) => DEPENDENCY_KINDS.find((field) => manifest?.[field].includes(name)))
    .find((field) => field !== undefined);
}
