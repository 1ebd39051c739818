/** yarn: the classic 1.x, and the later ones, which share its name and little else. */
import { gte } from 'semver';
import { type Manager, NOT_FITTING, NOT_LOCKED } from './manager.ts';

const commands = { yarn: ['bin/yarn.js'], yarnpkg: ['bin/yarn.js'] } as const;

export const yarnClassic: Manager = {
  name: 'yarn',
  source: () => ({ package: 'yarn', commands, isNative: false }),
  ways({ lockfile, downloads }) {
    const common = ['install', '--ignore-scripts', '--ignore-engines', '--non-interactive', '--no-progress', '--cache-folder', downloads];
    if (lockfile === null) return [{ note: NOT_LOCKED, args: common }];
    return [
      { note: '', args: [...common, '--frozen-lockfile'] },
      { note: NOT_FITTING, args: common },
    ];
  },
  // A .yarnrc may name another program to be run in its place.
  environment: { YARN_IGNORE_PATH: '1' },
  installEnvironment: () => ({}),
};

export const yarnBerry: Manager = {
  name: 'yarn',
  source: () => ({ package: '@yarnpkg/cli-dist', commands, isNative: false }),
  ways({ lockfile, version }) {
    const common = ['install', version.startsWith('2.') ? '--skip-builds' : '--mode=skip-build'];
    if (lockfile === null) return [{ note: NOT_LOCKED, args: common }];
    return [
      { note: '', args: [...common, '--immutable'] },
      { note: NOT_FITTING, args: common },
    ];
  },
  environment: {
    YARN_IGNORE_PATH: '1',
    // Plug'n'Play leaves no node_modules, which is what is shared and laid into trees.
    YARN_NODE_LINKER: 'node-modules',
    // Lies where it comes along with the dependencies: without it yarn runs no script.
    YARN_INSTALL_STATE_PATH: './node_modules/.yarn-install-state.gz',
    YARN_ENABLE_TELEMETRY: '0',
  },
  installEnvironment: (downloads, version) => ({
    // On by default where CI is set, as it is in every sandbox.
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_ENABLE_GLOBAL_CACHE: 'true',
    YARN_GLOBAL_FOLDER: downloads,
    YARN_ENABLE_PROGRESS_BARS: 'false',
    // Private registries tell no dates, and a version without one counts as too young. Older yarns stop at names they do not know.
    ...(gte(version, '4.10.0') && { YARN_NPM_PREAPPROVED_PACKAGES: '*,@*/*' }),
  }),
};
