/** bun: bun.lock, or the older bun.lockb. */
import { isMusl } from '../platform.ts';
import { type Manager, NOT_FITTING, NOT_LOCKED } from './manager.ts';

const ARCHITECTURES: Record<string, string> = { x64: 'x64', arm64: 'aarch64' };

export const bun: Manager = {
  name: 'bun',
  source() {
    const architecture = ARCHITECTURES[process.arch];
    if (architecture === undefined) return null;
    const name = `@oven/bun-${process.platform}-${architecture}${isMusl() ? '-musl' : ''}`;
    return { package: name, commands: { bun: ['bin/bun'], bunx: ['bin/bun', 'x'] }, isNative: true };
  },
  ways({ lockfile, downloads }) {
    // Its default links files from the folder of downloads.
    const common = ['install', '--ignore-scripts', '--backend=copyfile', '--no-progress', `--cache-dir=${downloads}`];
    if (lockfile === null) return [{ note: NOT_LOCKED, args: common }];
    return [
      { note: '', args: [...common, '--frozen-lockfile'] },
      { note: NOT_FITTING, args: [...common, '--no-frozen-lockfile'] },
    ];
  },
  environment: { DO_NOT_TRACK: '1' },
  installEnvironment: () => ({}),
};
