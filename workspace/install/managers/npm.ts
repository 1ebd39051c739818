/** npm: package-lock.json of versions 1 to 3, npm-shrinkwrap.json, or none. */
import { type Manager, NOT_FITTING, NOT_LOCKED, WITHOUT_LOCKFILE } from './manager.ts';

const QUIET = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** Resolves everything, and gives in where peers conflict. The last resort of every manager. */
export const NPM_RESOLVES = { note: WITHOUT_LOCKFILE, args: ['install', '--no-package-lock', '--legacy-peer-deps', ...QUIET] };

const PEERS = 'peer dependencies that conflict were let pass (--legacy-peer-deps)';

export const npm: Manager = {
  name: 'npm',
  source: () => ({ package: 'npm', commands: { npm: ['bin/npm-cli.js'], npx: ['bin/npx-cli.js'] }, isNative: false }),
  ways({ lockfile }) {
    if (lockfile === null) {
      return [
        { note: NOT_LOCKED, args: ['install', ...QUIET] },
        { note: `${NOT_LOCKED}; ${PEERS}`, args: ['install', '--legacy-peer-deps', ...QUIET] },
      ];
    }
    return [
      { note: '', args: ['ci', ...QUIET] },
      { note: PEERS, args: ['ci', '--legacy-peer-deps', ...QUIET] },
      { note: NOT_FITTING, args: ['install', '--legacy-peer-deps', ...QUIET] },
      NPM_RESOLVES,
    ];
  },
  environment: {},
  // Left alone it waits five minutes for a registry that took the connection and went silent; the others wait one, and so try again sooner.
  installEnvironment: (downloads) => ({ npm_config_cache: downloads, npm_config_fetch_timeout: '60000' }),
};
