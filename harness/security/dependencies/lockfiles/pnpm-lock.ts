/** Reads `pnpm-lock.yaml`, lockfile versions 5 to 9. */
import { parseSyml } from '@yarnpkg/parsers';
import { z } from 'zod';
import { digestsOf, type LockedPackage, type PackageSource, sourceOf, splitAtVersion } from './locked-package.ts';

/** The parser gives every scalar as text. */
const Entry = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  requiresBuild: z.string().optional(),
  resolution: z
    .object({
      integrity: z.string().optional(),
      tarball: z.string().optional(),
      type: z.string().optional(),
      repo: z.string().optional(),
      commit: z.string().optional(),
      directory: z.string().optional(),
    })
    .optional(),
});

const PnpmLock = z.object({ lockfileVersion: z.string(), packages: z.record(z.string(), Entry).nullish() });

/**
 * Since pnpm 11 a file may hold two documents, the first for the package manager itself.
 * Source: https://github.com/pnpm/spec/tree/master/lockfile. @throws ZodError, YAMLException
 */
export function readPnpmLock(text: string): LockedPackage[] {
  const documents = text.split(/^---[ \t]*\r?$/m).filter((document) => document.trim() !== '');
  return documents.flatMap((document) => {
    const { lockfileVersion, packages } = PnpmLock.parse(parseSyml(document));
    const major = Number.parseInt(lockfileVersion, 10);
    return Object.entries(packages ?? {}).map(([key, entry]) => readEntry(key, entry, major));
  });
}

function readEntry(key: string, entry: z.infer<typeof Entry>, major: number): LockedPackage {
  const { name, version } = splitKey(key, major);
  return {
    name: entry.name ?? name,
    version: entry.version ?? version,
    source: sourceOfEntry(entry, version),
    integrity: digestsOf(entry.resolution?.integrity),
    // Version 9 no longer says. Before it, packages that build nothing are marked too (@babel/code-frame 7.29.0), and none is left out.
    installScript: major >= 9 ? 'unknown' : entry.requiresBuild === 'true' ? 'perhaps' : 'no',
    programs: [],
  };
}

/** 5: `/name/1.0.0_peers`. 6: `/name@1.0.0(peers)`. 9: `name@1.0.0`. What is not from the registry carries its name inside, or its address as version. */
function splitKey(key: string, major: number): { name: string; version: string } {
  const plain = key.replace(/^\//, '').replace(/\(.*$/s, '');
  if (major >= 6) {
    const split = splitAtVersion(plain);
    return split ? { name: split.name, version: split.rest } : { name: plain, version: plain };
  }
  const slash = plain.lastIndexOf('/');
  return { name: plain.slice(0, slash), version: plain.slice(slash + 1).replace(/_.*$/s, '') };
}

function sourceOfEntry({ resolution }: z.infer<typeof Entry>, version: string): PackageSource {
  if (resolution?.repo !== undefined) return { kind: 'git', url: `${resolution.repo}#${resolution.commit ?? ''}` };
  if (resolution?.directory !== undefined) return { kind: 'folder', url: resolution.directory };
  if (resolution?.tarball !== undefined) return sourceOf(resolution.tarball);
  return sourceOf(version);
}
