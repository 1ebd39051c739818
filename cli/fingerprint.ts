/** What a result depends on beside its config. */
import { readFile } from 'node:fs/promises';
import type { Fingerprint } from '#contracts';
import { gitVersion, type Host } from '#workspace';

export async function takeFingerprint(host: Host): Promise<Fingerprint> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return {
    longhaul: version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    git: (await gitVersion(host)) ?? 'none',
  };
}
