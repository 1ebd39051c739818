/** Reads `bun.lock`, bun's lockfile as text. */
import { parseSyml } from '@yarnpkg/parsers';
import { z } from 'zod';
import { digestsOf, type LockedPackage, programsOf, sourceOf, splitAtVersion } from './locked-package.ts';

const Info = z.object({ bin: z.union([z.string(), z.record(z.string(), z.unknown())]).optional() });
const BunLock = z.object({ packages: z.record(z.string(), z.tuple([z.string()], z.unknown())).default({}) });

/**
 * JSON with trailing commas is YAML's flow style, so the parser of the other lockfiles reads it. From a registry an entry is
 * [name@version, registry, info, integrity], else [name@locator, info, tag].
 * Source: https://bun.com/docs/pm/lockfile. @throws ZodError, YAMLException
 */
export function readBunLock(text: string): LockedPackage[] {
  const { packages } = BunLock.parse(parseSyml(text));
  return Object.values(packages).flatMap(([id, ...rest]) => {
    const split = splitAtVersion(id);
    if (!split || /^(workspace|root):/.test(split.rest)) return [];
    const source = sourceOf(split.rest);
    const texts = rest.filter((part) => typeof part === 'string');
    const info = Info.safeParse(rest.find((part) => typeof part === 'object'));
    const registry = source.kind === 'registry' && /^https?:/.test(texts[0] ?? '') ? texts[0] : undefined;
    return [
      {
        name: split.name,
        version: split.rest,
        source: registry === undefined ? source : { kind: 'registry' as const, host: new URL(registry).host, url: null },
        integrity: digestsOf(texts.find((part) => /^sha\d+-/.test(part))),
        installScript: 'unknown' as const,
        programs: info.success ? programsOf(info.data.bin, split.name) : [],
      },
    ];
  });
}
