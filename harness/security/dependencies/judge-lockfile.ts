/** What one lockfile pins that the base did not, and what about it is suspicious. */
import type { Finding, Severity } from '#contracts';
import { finding } from '../finding.ts';
import { hostOf, type KnownPackages } from './known-packages.ts';
import type { LockedPackage } from './lockfiles/locked-package.ts';
import { isWellKnown, lookAlikeOf } from './look-alike-name.ts';
import { lookAlikeName, unregisteredSource, withoutCredentials } from './package-findings.ts';
import { shadowedProgram } from './shadowed-program.ts';

/** @param direct names that are reported as direct dependencies already */
export function judgeLockfile(path: string, head: readonly LockedPackage[], base: KnownPackages, direct: ReadonlySet<string>): Finding[] {
  const findings = head.flatMap((locked) => {
    const isNew = base.complete && base.of(locked.name).length === 0;
    return [
      ...judgeSource(locked, base, path),
      ...judgeAddress(locked, base, path),
      ...judgeDigest(locked, base, path),
      ...judgeInstallScript(locked, base, path),
      ...(isNew ? judgeNewcomer(locked, direct, path) : []),
    ];
  });
  return [...findings, ...summarize(path, head, base, direct)];
}

function judgeSource(locked: LockedPackage, base: KnownPackages, path: string): Finding[] {
  const { name, source } = locked;
  if (source.kind === 'registry' ? source.host === null || base.hasHost(source.host) : base.hasSource(locked)) return [];
  return unregisteredSource(name, source, path, 'gate');
}

/** `.../<name>/-/<file>-<version>.tgz`, the one shape of a tarball's address in a registry. */
const TARBALL = /\/((?:@[^/]+\/)?[^/@]+)\/-\/(?:@[^/]+\/)?[^/]+?-(\d+\.\d+\.\d+[^/]*)\.tgz$/;

/**
 * `resolved-to-other-package`, gate: a tarball's address names package and version, and one that says something else installs
 * something else. Source: lockfile-lint, ValidatePackageNames; the attack is Tal, Why npm lockfiles can be a security blindspot, 2019.
 *
 * `unencrypted-source`, warn: whoever sits on the line may answer, though a digest would notice.
 */
function judgeAddress(locked: LockedPackage, base: KnownPackages, path: string): Finding[] {
  const { name, version, source } = locked;
  if (source.kind !== 'registry' || source.url === null || base.same(locked).some((each) => each.source.url === source.url)) return [];
  const witness = [withoutCredentials(source.url)];
  const findings: Finding[] = [];
  const served = TARBALL.exec(source.url.replace(/%2f/gi, '/').replace(/[?#].*$/s, ''));
  if (served && (served[1] !== name || withoutBuild(served[2] as string) !== withoutBuild(version))) {
    const message = `${path} pins ${name}@${version} at the address of ${served[1]}@${served[2]}.`;
    findings.push(finding(`${name}@${version}`, { rule: 'resolved-to-other-package', severity: 'gate', message, path, witness }));
  }
  if (source.url.startsWith('http:')) {
    const message = `${name} is now fetched without encryption.`;
    findings.push(finding(name, { rule: 'unencrypted-source', severity: 'warn', message, path, witness }));
  }
  return findings;
}

/**
 * Gate: no registry serves another tarball under a version it has served, so another digest is another package.
 * Only equal algorithms are compared: a digest that got stronger proves nothing.
 * Source: https://docs.npmjs.com/policies/unpublish, "once package@version has been used, you can never use it again".
 */
function judgeDigest(locked: LockedPackage, base: KnownPackages, path: string): Finding[] {
  const { name, version, integrity, source } = locked;
  if (source.kind !== 'registry') return [];
  const known = Map.groupBy(
    base.same(locked).flatMap((each) => each.integrity),
    algorithmOf,
  );
  const changed = integrity.find((each) => known.get(algorithmOf(each))?.includes(each) === false);
  if (changed === undefined) return [];
  const message = `${name} is still ${version}, but its digest is another.`;
  const witness = [known.get(algorithmOf(changed))?.join(' ') ?? '', changed];
  return [finding(`${name}@${version}`, { rule: 'integrity-changed', severity: 'gate', message, path, witness })];
}

/**
 * `install-script`, of a new package: gate, but record where it is well known, since esbuild and sharp build something and half of
 * npm stands on them, and warn where the lockfile's word is not reliable. `install-script-gained`, by another version: warn, as
 * taken-over packages did it and honest ones do now and then.
 * Source: https://docs.npmjs.com/cli/using-npm/scripts; Ohm et al., Backstabber's Knife Collection, DIMVA 2020 (56 % of malicious packages run at installation).
 */
function judgeInstallScript(locked: LockedPackage, base: KnownPackages, path: string): Finding[] {
  const { name, version, installScript } = locked;
  const runs = installScript === 'yes' || installScript === 'perhaps';
  if (!runs || !base.complete || base.same(locked).length > 0) return [];
  const before = base.of(name);
  if (before.length === 0) {
    const known = isWellKnown(name);
    const severity = known ? 'record' : installScript === 'yes' ? 'gate' : 'warn';
    const message = `The new package ${name} runs code at installation${known ? '' : ', and is not among the well-known ones'}.`;
    return [finding(name, { rule: 'install-script', severity, message, path, witness: [name] })];
  }
  if (installScript !== 'yes' || before.some((each) => each.installScript !== 'no')) return [];
  const message = `${name} runs code at installation since ${version}, and did not before.`;
  const witness = [...before.map((each) => `${name}@${each.version}`), `${name}@${version}`];
  return [finding(name, { rule: 'install-script-gained', severity: 'warn', message, path, witness })];
}

function judgeNewcomer({ name, programs }: LockedPackage, direct: ReadonlySet<string>, path: string): Finding[] {
  const twin = direct.has(name) ? undefined : lookAlikeOf(name);
  const shadowed = programs.flatMap((program) => shadowedProgram(name, program, path));
  return twin === undefined ? shadowed : [lookAlikeName(name, twin, path, 'record'), ...shadowed];
}

/** What is many, and harmless one by one, is said once for a lockfile. */
function summarize(path: string, head: readonly LockedPackage[], base: KnownPackages, direct: ReadonlySet<string>): Finding[] {
  if (!base.complete) return [];
  const say = (rule: string, severity: Severity, packages: readonly LockedPackage[], message: (count: number) => string) => {
    const names = [...new Set(packages.map(({ name, version }) => `${name}@${version}`))];
    if (names.length === 0) return [];
    return [finding(path, { rule, severity, message: message(names.length), path, witness: names.slice(0, 100) })];
  };
  const fresh = head.filter(({ name }) => base.of(name).length === 0 && !direct.has(name));
  const changed = head.filter((locked) => base.of(locked.name).length > 0 && base.same(locked).length === 0);
  const bare = head.filter(
    (locked) =>
      locked.source.kind === 'registry' &&
      !locked.undigested &&
      locked.integrity.length === 0 &&
      base.same(locked).every(({ integrity }) => integrity.length > 0),
  );
  const moved = head.filter((locked) => {
    const host = hostOf(locked.source);
    const before = base.same(locked).map(({ source }) => hostOf(source));
    return host !== undefined && before.length > 0 && before.every((each) => each !== undefined && each !== host);
  });
  return [
    ...say('new-packages', 'record', fresh, (count) => `${path} pins ${count} packages that the base did not need.`),
    ...say('versions-changed', 'record', changed, (count) => `${path} pins other versions of ${count} packages.`),
    ...say('registry-changed', 'record', moved, (count) => `${path} takes ${count} packages of unchanged version from another registry.`),
    // npm drops digests by a mistake of its own (npm/cli#4263), so a missing one proves nothing.
    ...say(
      'integrity-missing',
      base.digested ? 'warn' : 'record',
      bare,
      (count) => `${path} pins ${count} packages of a registry without a digest, unlike the base.`,
    ),
  ];
}

function algorithmOf(integrity: string): string {
  return integrity.slice(0, integrity.indexOf('-'));
}

/** Build metadata is no part of a version's identity. */
function withoutBuild(version: string): string {
  return version.replace(/(\+|%2b).*$/i, '');
}
