/** The findings about one package that manifests and lockfiles share. */
import type { Finding, Severity } from '#contracts';
import { finding } from '../finding.ts';
import type { PackageSource } from './lockfiles/locked-package.ts';

export function lookAlikeName(name: string, twin: string, path: string, severity: Severity): Finding {
  return finding(name, {
    rule: 'look-alike-name',
    severity,
    message: `${name} is new, not among the well-known packages, and easily taken for ${twin}.`,
    path,
    witness: [name, twin],
  });
}

/**
 * Gate where an install reads it: what no registry serves has no immutable versions and no takedown, and a folder outside the
 * repository holds whatever lies on the installing machine. A folder inside is the repository's own.
 * Source: lockfile-lint, validators of hosts and schemes, https://github.com/lirantal/lockfile-lint.
 */
export function unregisteredSource(name: string, source: PackageSource, path: string, severity: Severity): Finding[] {
  if (source.kind === 'folder' && !leavesTheTree(source.url, path)) return [];
  const from = {
    git: 'a git repository',
    tarball: 'an address outside the registries',
    folder: 'a folder outside the repository',
    registry: `the host ${source.kind === 'registry' ? source.host : ''}, which was not in use`,
  };
  const witness = [withoutCredentials(source.url ?? '')];
  return [finding(name, { rule: 'unregistered-source', severity, message: `${name} now comes from ${from[source.kind]}.`, path, witness })];
}

export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').slice(0, 300);
}

/** @param file that holds the locator, from whose folder a relative one counts */
function leavesTheTree(locator: string, file: string): boolean {
  const target = locator.replace(/^(file|link|portal):/i, '');
  if (/^([/~]|[a-z]:)/i.test(target)) return true;
  let depth = file.split('/').length - 1;
  return target.split('/').some((part) => {
    if (part === '..') depth--;
    else if (part !== '.' && part !== '') depth++;
    return depth < 0;
  });
}
