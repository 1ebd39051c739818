/** Reads `yarn.lock` of yarn 1 and of yarn 2 and later. */
import { parseSyml } from '@yarnpkg/parsers';
import { z } from 'zod';
import { digestsOf, type LockedPackage, sourceOf, splitAtVersion } from './locked-package.ts';

const Classic = z.object({ version: z.string(), resolved: z.string().optional(), integrity: z.string().optional() });
const Berry = z.object({
  version: z.string(),
  resolution: z.string(),
  checksum: z.string().optional(),
  conditions: z.string().optional(),
  bin: z.record(z.string(), z.unknown()).optional(),
});
const Metadata = z.object({ cacheKey: z.string().optional() });

/** @throws ZodError, YAMLException, and what the grammar of yarn 1 throws */
export function readYarnLock(text: string): LockedPackage[] {
  const { __metadata: metadata, ...entries } = z.record(z.string(), z.unknown()).parse(parseSyml(text));
  if (metadata === undefined) return Object.entries(entries).map(([key, entry]) => readClassic(key, Classic.parse(entry)));
  const { cacheKey = '' } = Metadata.parse(metadata);
  return Object.values(entries).flatMap((entry) => readBerry(Berry.parse(entry), cacheKey));
}

/** A key is a list of `name@range`; an alias reads `name@npm:other@range`. */
function readClassic(key: string, { version, resolved, integrity }: z.infer<typeof Classic>): LockedPackage {
  const first = splitAtVersion(key.split(', ')[0] ?? '');
  const alias = first?.rest.startsWith('npm:') ? splitAtVersion(first.rest.slice('npm:'.length)) : undefined;
  const [address = '', sha1] = (resolved ?? '').split('#');
  const source = resolved === undefined ? sourceOf(first?.rest ?? '') : sourceOf(address);
  const digests = source.kind === 'registry' && sha1 ? [`sha1hex-${sha1}`] : [];
  return {
    name: alias?.name ?? first?.name ?? key,
    version,
    source,
    integrity: [...digestsOf(integrity), ...digests],
    installScript: 'unknown',
    programs: [],
  };
}

/**
 * The checksum is of yarn's own archive, and comparable only under the same cache key, which stands before it or in the metadata.
 * Source: https://github.com/yarnpkg/berry, packages/yarnpkg-core/sources/Project.ts.
 */
function readBerry({ version, resolution, checksum, conditions, bin }: z.infer<typeof Berry>, cacheKey: string): LockedPackage[] {
  const split = splitAtVersion(resolution);
  if (!split || split.rest.startsWith('workspace:')) return [];
  const [before, hash] = checksum?.includes('/') ? checksum.split('/', 2) : [cacheKey, checksum];
  const archive = /::.*__archiveUrl=([^&:]+)/.exec(split.rest)?.[1];
  const locator = archive === undefined ? split.rest.replace(/^npm:/, '') : decode(archive);
  // A patch names the package it patches; that one has an entry of its own.
  const source = locator.startsWith('patch:') ? sourceOf('') : sourceOf(locator);
  const integrity = hash === undefined || locator.startsWith('patch:') ? [] : [`yarn${before}-${hash}`];
  // A package for other platforms was never fetched, so nobody knows its checksum.
  const undigested = conditions !== undefined || locator.startsWith('patch:');
  return [{ name: split.name, version, source, integrity, undigested, installScript: 'unknown', programs: Object.keys(bin ?? {}) }];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
