/** Reads `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3. */
import { z } from 'zod';
import { digestsOf, type LockedPackage, programsOf, sourceOf, splitAtVersion } from './locked-package.ts';

const Bin = z.union([z.string(), z.record(z.string(), z.unknown())]);

const Entry = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.union([z.string(), z.boolean()]).optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  bin: Bin.optional(),
});

/** Nested as the folders are; read level by level, so that no depth can exhaust the stack. */
const OldEntry = z.object({
  version: z.string(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  bundled: z.boolean().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

const NpmLock = z.object({
  packages: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

/** Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json. @throws ZodError, SyntaxError */
export function readNpmLock(text: string): LockedPackage[] {
  const lock = NpmLock.parse(JSON.parse(text));
  if (lock.packages) return Object.entries(lock.packages).flatMap(([at, entry]) => readEntry(at, Entry.parse(entry)));
  return readOldEntries(lock.dependencies ?? {});
}

function readEntry(at: string, entry: z.infer<typeof Entry>): LockedPackage[] {
  const folder = at.lastIndexOf('node_modules/');
  const name = entry.name ?? at.slice(folder + 'node_modules/'.length);
  const common = {
    name,
    version: entry.version ?? '',
    installScript: entry.hasInstallScript ? ('yes' as const) : ('no' as const),
    programs: programsOf(entry.bin, name),
  };
  // What is bundled lies inside its parent's tarball, and a workspace's folder is the repository's own.
  if (entry.inBundle || at === '') return [];
  if (entry.link || folder === -1) {
    const target = typeof entry.resolved === 'string' ? entry.resolved : at;
    return leavesTheTree(target) ? [{ ...common, source: { kind: 'folder', url: target }, integrity: [] }] : [];
  }
  const resolved = typeof entry.resolved === 'string' ? entry.resolved : '';
  const source = resolved === '' ? sourceOf(entry.version ?? '') : sourceOf(resolved);
  return [{ ...common, source, integrity: digestsOf(entry.integrity) }];
}

function readOldEntries(dependencies: Record<string, unknown>): LockedPackage[] {
  const found: LockedPackage[] = [];
  const levels = [dependencies];
  for (let level = levels.pop(); level; level = levels.pop()) {
    for (const [alias, value] of Object.entries(level)) {
      const entry = OldEntry.parse(value);
      if (entry.dependencies) levels.push(entry.dependencies);
      if (entry.bundled) continue;
      const target = entry.version.startsWith('npm:') ? splitAtVersion(entry.version.slice('npm:'.length)) : undefined;
      found.push({
        name: target?.name ?? alias,
        version: target?.rest ?? entry.version,
        source: sourceOf(entry.resolved ?? entry.version),
        integrity: digestsOf(entry.integrity),
        installScript: 'unknown',
        programs: [],
      });
    }
  }
  return found;
}

function leavesTheTree(target: string): boolean {
  return /^(file:)?(\.\.(\/|$)|\/)/.test(target);
}
