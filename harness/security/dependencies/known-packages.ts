/** All that the lockfiles of the base pin. */
import type { LockedPackage, PackageSource } from './lockfiles/locked-package.ts';

/** The public registries; the first two serve the same tarballs. */
const PUBLIC_REGISTRIES = ['registry.npmjs.org', 'registry.yarnpkg.com', 'npm.jsr.io', 'npm.pkg.github.com'];

export class KnownPackages {
  /** Whether there was a lockfile that could be read: without one, a name that is not known need not be new. */
  readonly complete: boolean;
  /** Whether most packages of the registry have a digest. */
  readonly digested: boolean;
  /** Paths of the lockfiles that could not be read. */
  readonly unreadable: ReadonlySet<string>;
  readonly #byName: ReadonlyMap<string, readonly LockedPackage[]>;
  readonly #hosts: ReadonlySet<string>;

  constructor(packages: readonly LockedPackage[], unreadable: ReadonlySet<string>, complete: boolean) {
    const registry = packages.filter(({ source }) => source.kind === 'registry');
    this.unreadable = unreadable;
    this.complete = complete;
    this.digested = registry.filter(({ integrity }) => integrity.length > 0).length > registry.length / 2;
    this.#byName = Map.groupBy(packages, ({ name }) => name);
    this.#hosts = new Set([...PUBLIC_REGISTRIES, ...registry.flatMap(({ source }) => hostOf(source) ?? [])]);
  }

  of(name: string): readonly LockedPackage[] {
    return this.#byName.get(name) ?? [];
  }

  /** The entries of the same name and version. */
  same({ name, version }: LockedPackage): readonly LockedPackage[] {
    return this.of(name).filter((each) => each.version === version);
  }

  hasHost(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** Whether the package came from there before; a newer commit of a git dependency is the same source. */
  hasSource({ name, source }: LockedPackage): boolean {
    return this.of(name).some((each) => each.source.kind === source.kind && repositoryOf(each.source) === repositoryOf(source));
  }
}

export function hostOf(source: PackageSource): string | undefined {
  return source.kind === 'registry' ? (source.host ?? undefined) : undefined;
}

/** Owner and name behind any spelling of a git address; of other addresses the host. */
function repositoryOf({ kind, url }: PackageSource): string | null {
  if (kind === 'git' && url !== null) {
    return url
      .toLowerCase()
      .replace(/[#?].*$/s, '')
      .replace(/^(git\+)?\w+:(\/\/)?([^/@]*@)?(codeload\.)?((github|gitlab|bitbucket)\.(com|org)[/:])?/, '')
      .replace(/(\.git|\/tar\.gz\/.*|\/[0-9a-f]{40})$/, '');
  }
  return url !== null && URL.canParse(url) ? new URL(url).host : url;
}
