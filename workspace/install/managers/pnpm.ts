/** pnpm: up to 10 a program of Node in one file, 11 another file, from 12 on a program of the machine. */
import { isMusl } from '../platform.ts';
import { type Manager, NOT_FITTING, NOT_LOCKED } from './manager.ts';

const NATIVE_SINCE = 12;

export const pnpm: Manager = {
  name: 'pnpm',
  source(version) {
    const major = Number.parseInt(version, 10);
    if (major >= NATIVE_SINCE) {
      const name = `@pnpm/exe.${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;
      return { package: name, commands: { pnpm: ['pnpm'], pnpx: ['pnpm', 'dlx'] }, isNative: true };
    }
    const ending = major >= 11 ? 'mjs' : 'cjs';
    return { package: 'pnpm', commands: { pnpm: [`bin/pnpm.${ending}`], pnpx: [`bin/pnpx.${ending}`] }, isNative: false };
  },
  ways({ lockfile, downloads, version, node }) {
    const common = [
      'install',
      '--ignore-scripts',
      // A .pnpmfile.cjs would run, with network.
      '--ignore-pnpmfile',
      '--config.package-import-method=copy',
      `--config.store-dir=${downloads}/store`,
      `--config.cache-dir=${downloads}/cache`,
      '--config.engine-strict=false',
      `--config.node-version=${node}`,
      // Mirrors and private registries tell other dates than the first one. Up to 10 there is no such limit unless one is set, even to 0.
      ...(Number.parseInt(version, 10) >= 11 ? ['--config.minimum-release-age=0'] : []),
      '--reporter=append-only',
    ];
    const anew = [...common, '--no-frozen-lockfile'];
    if (lockfile === null) return [{ note: NOT_LOCKED, args: [...anew, '--config.strict-peer-dependencies=false'] }];
    return [
      { note: '', args: [...common, '--frozen-lockfile'] },
      { note: NOT_FITTING, args: [...anew, '--config.strict-peer-dependencies=false'] },
    ];
  },
  // It would replace itself by the version that package.json names, and install before it runs a script. Up to 10, and later.
  environment: {
    npm_config_manage_package_manager_versions: 'false',
    pnpm_config_pm_on_fail: 'ignore',
    npm_config_verify_deps_before_run: 'false',
    pnpm_config_verify_deps_before_run: 'false',
  },
  installEnvironment: () => ({}),
};
