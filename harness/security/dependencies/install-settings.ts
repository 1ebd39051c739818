/** Settings that change where packages come from, what they may run, and what is checked. */
import type { Finding, Severity } from '#contracts';
import type { ChangedFile } from '../change.ts';
import { digest, finding } from '../finding.ts';
import { isManifest, type Manifest, readManifest } from './manifest.ts';
import { withoutCredentials } from './package-findings.ts';
import { shadowedProgram } from './shadowed-program.ts';

const SETTINGS_FILE = /(^|\/)(\.npmrc|\.yarnrc|\.yarnrc\.yml|pnpm-workspace\.yaml|bunfig\.toml)$/;
const HOOK_FILE = /(^|\/)(\.?pnpmfile\.c?js|\.yarn\/(releases|plugins)\/.+\.c?js)$/;

/**
 * One line each, as npm, yarn, pnpm and bun write them; a name is followed by `=`, `:` or a space.
 * Gate: it hands the install to somebody else or switches off what would notice; there is no other use for it.
 * Warn: it may be meant well.
 * Source: https://docs.npmjs.com/cli/using-npm/config, https://yarnpkg.com/configuration/yarnrc, https://pnpm.io/settings.
 */
const SETTINGS: readonly { name: RegExp; value?: RegExp; severity: Severity; what: string }[] = [
  { name: /strict-?ssl|enableStrictSsl/i, value: /false/i, severity: 'gate', what: 'certificates are no longer checked' },
  { name: /unsafeHttpWhitelist/, severity: 'gate', what: 'packages may come without encryption' },
  {
    name: /(@[\w.-]+:)?registry|npmRegistryServer|yarn-offline-mirror|(https?-?)?proxy/i,
    severity: 'warn',
    what: 'packages come from another registry',
  },
  {
    name: /script-?shell|shell|node-?options|git|onload-script|init-module/i,
    severity: 'gate',
    what: 'other programs run at installation',
  },
  { name: /ignore-?scripts/i, value: /false/i, severity: 'warn', what: 'install scripts may run' },
  { name: /enableScripts|dangerouslyAllowAllBuilds/, value: /true/i, severity: 'warn', what: 'install scripts may run' },
  { name: /checksumBehavior/, value: /update|ignore/, severity: 'warn', what: 'digests are no longer held against the lockfile' },
  { name: /yarnPath|yarn-path/, severity: 'record', what: 'the package manager itself comes from this path' },
  { name: /(cafile|ca|cert|globalconfig|userconfig)/i, severity: 'warn', what: 'other certificates or settings are trusted' },
];

const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepack', 'dependencies'];

export function findInstallSettings(files: readonly ChangedFile[]): Finding[] {
  return files.flatMap((file) => {
    if (file.after === null) return [];
    if (SETTINGS_FILE.test(file.path)) return judgeSettings(file, file.after);
    if (HOOK_FILE.test(file.path)) return [packageManagerHook(file.path)];
    return isManifest(file.path) ? judgeManifest(file, file.after) : [];
  });
}

function judgeSettings({ path, area, before }: ChangedFile, after: string): Finding[] {
  const known = new Set((before ?? '').split('\n').map((line) => line.trim()));
  return after.split('\n').flatMap((text, index) => {
    const [, name, value = ''] = /^\s*(?!#|;)["']?((?:@[\w.-]+:)?[\w.-]+)["']?\s*[=:\s]\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined || known.has(text.trim())) return [];
    const setting = SETTINGS.find((each) => matchesWhole(each.name, name) && (each.value?.test(value) ?? value !== ''));
    if (!setting || (setting.what.includes('registry') && isPublic(value))) return [];
    const severity = area === 'tests' ? 'record' : setting.severity;
    const message = `${path} now sets ${name}: ${setting.what}.`;
    return [
      finding(`${path}:${name}`, {
        rule: 'install-setting',
        severity,
        message,
        path,
        line: index + 1,
        witness: [withoutCredentials(text.trim())],
      }),
    ];
  });
}

function matchesWhole(pattern: RegExp, name: string): boolean {
  return pattern.exec(name)?.[0].length === name.length;
}

function isPublic(value: string): boolean {
  return /^["']?https:\/\/(registry\.npmjs\.org|registry\.yarnpkg\.com|npm\.jsr\.io|npm\.pkg\.github\.com)\/?["']?$/.test(value);
}

/** Warn: code of the repository that runs inside the package manager, with all it may do. */
function packageManagerHook(path: string): Finding {
  const message = `${path} changed: its code runs inside the package manager.`;
  return finding(path, { rule: 'package-manager-code', severity: 'warn', message, path, witness: [path] });
}

function judgeManifest(file: ChangedFile, text: string): Finding[] {
  const after = readManifest(text);
  if (!after) return [];
  const before = readManifest(file.before ?? '{}');
  const found = [...newScripts(file, before, after), ...newOverrides(file, before, after), ...newPrograms(file, before, after)];
  return file.area === 'tests' ? found.map((each) => ({ ...each, severity: 'record' as const })) : found;
}

/** Warn for what runs where the package is installed by others, record for `prepare` and the like, which run for developers. */
function newScripts({ path }: ChangedFile, before: Manifest | undefined, after: Manifest): Finding[] {
  return LIFECYCLE.filter((name) => after.scripts[name] !== undefined && after.scripts[name] !== before?.scripts[name]).map((name) =>
    finding(`${path}:${name}:${digest(after.scripts[name] ?? '')}`, {
      rule: 'lifecycle-script',
      severity: /^(pre|post)?install$/.test(name) ? 'warn' : 'record',
      message: `${path} now runs something of its own at ${name}.`,
      path,
      witness: [`${name}: ${after.scripts[name]}`],
    }),
  );
}

/** Record: also the usual remedy for a vulnerable dependency of a dependency. */
function newOverrides({ path }: ChangedFile, before: Manifest | undefined, after: Manifest): Finding[] {
  return Object.keys(after.overrides)
    .filter((name) => JSON.stringify(after.overrides[name]) !== JSON.stringify(before?.overrides[name]))
    .map((name) =>
      finding(`${path}:${name}`, {
        rule: 'dependency-override',
        severity: 'record',
        message: `${path} now forces a version of ${name} on every dependency, or patches it.`,
        path,
        witness: [`${name}: ${JSON.stringify(after.overrides[name])}`],
      }),
    );
}

function newPrograms({ path }: ChangedFile, before: Manifest | undefined, after: Manifest): Finding[] {
  const fresh = after.programs.filter((program) => before?.programs.includes(program) !== true);
  return fresh.flatMap((program) => shadowedProgram(after.name ?? path, program, path));
}
