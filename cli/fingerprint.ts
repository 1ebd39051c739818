/** What a result depends on beside its config. */
import type { Fingerprint } from '#contracts';
import { gitVersion, type Host } from '#workspace';
import packageJson from '../package.json' with { type: 'json' };

export async function takeFingerprint(host: Host): Promise<Fingerprint> {
  return {
    longhaul: packageJson.version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    git: (await gitVersion(host)) ?? 'none',
  };
}
