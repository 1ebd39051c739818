/** One package as a lockfile pins it, whatever the lockfile's format. */

/** `registry`: a registry's tarball; the host is null where the lockfile leaves it to the settings. `folder`: on the installing machine. */
export type PackageSource =
  | { kind: 'registry'; host: string | null; url: string | null }
  | { kind: 'git' | 'tarball' | 'folder'; url: string };

export interface LockedPackage {
  /** The package's own name, not the alias it is installed under. */
  name: string;
  version: string;
  source: PackageSource;
  /** Digests, each with its algorithm before it (`sha512-...`). Two are comparable when the part before the dash is equal. */
  integrity: readonly string[];
  /** The format leaves the digest out by design. */
  undigested?: boolean;
  /** Whether it runs code when it is installed; `perhaps` where the format's word for it is known to err. */
  installScript: 'yes' | 'no' | 'perhaps' | 'unknown';
  /** Programs it puts on the path; empty where the format does not say. */
  programs: readonly string[];
}

/** From a locator as lockfiles and manifests write them; a plain version or range is the registry's. */
export function sourceOf(locator: string): PackageSource {
  if (/^(git[+:@]|github:|gitlab:|bitbucket:|gist:|ssh:)|\.git(#|$)|^[\w.-]+\/[\w.-]+(#.*)?$/i.test(locator))
    return { kind: 'git', url: locator };
  if (/^(file|link|portal):|^\.{0,2}\//i.test(locator)) return { kind: 'folder', url: locator };
  if (!/^https?:/i.test(locator)) return { kind: 'registry', host: null, url: null };
  if (!URL.canParse(locator)) return { kind: 'tarball', url: locator };
  const { host, pathname } = new URL(locator);
  if (/^(codeload\.)?(github|gitlab|bitbucket)\.(com|org)$/i.test(host)) return { kind: 'git', url: locator };
  // The one shape of a registry's tarball: <host>/<name>/-/<file>.tgz. GitHub Packages writes /download/<name>/<version>/<hash>.
  const fromRegistry = /\/-\/[^/]+\.tgz$/.test(pathname) || host === 'npm.pkg.github.com' || host === 'npm.jsr.io';
  return fromRegistry ? { kind: 'registry', host: host.toLowerCase(), url: locator } : { kind: 'tarball', url: locator };
}

/** Splits `name@rest`; the name may begin with a scope. */
export function splitAtVersion(text: string): { name: string; rest: string } | undefined {
  const at = text.indexOf('@', 1);
  return at === -1 ? undefined : { name: text.slice(0, at), rest: text.slice(at + 1) };
}

export function digestsOf(integrity: string | undefined): string[] {
  return integrity?.split(/\s+/).filter((part) => part !== '') ?? [];
}

export function programsOf(bin: string | Record<string, unknown> | undefined, name: string): string[] {
  if (bin === undefined) return [];
  return typeof bin === 'string' ? [name.slice(name.lastIndexOf('/') + 1)] : Object.keys(bin);
}
