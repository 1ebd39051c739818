/** Characters that make source text read otherwise than it runs. */
import type { Finding } from '#contracts';
import type { ChangedFile } from './change.ts';
import { digest, finding } from './finding.ts';

const CODE = /\.([cm]?[jt]sx?|json|ya?ml|toml|sh|bash|vue|svelte|astro|html)$|(^|\/)(Dockerfile|Makefile)/;
const TRANSLATIONS = /(^|\/)(locales?|i18n|l10n|translations?|lang|messages)\//i;

/**
 * Gate, for none of them has a use in code that an escape (`\u202e`) would not serve:
 * - `bidi`: turns the direction of what follows. Source: Boucher and Anderson, Trojan Source, USENIX Security 2023 (CVE-2021-42574).
 * - `invisible-name`: a letter without a shape inside a name. Source: Certitude, The Invisible JavaScript Backdoor, 2021.
 * - `invisible-text`: a run of variation selectors or tags, of which each holds a byte. Source: Koi Security, GlassWorm, 2025.
 * Translations may need the first, and tests of text may need all: those are recorded.
 * A joiner between emoji, and one variation selector, is how emoji are written, and is no finding.
 */
const HIDDEN: readonly { kind: string; pattern: RegExp }[] = [
  { kind: 'bidi', pattern: /[\u202a-\u202e\u2066-\u2069]/u },
  {
    kind: 'invisible-name',
    pattern: /[\u3164\uffa0\u115f\u1160]|(?<=[\p{ID_Start}$_])[\u200b-\u200d\u2060\ufeff]+(?=[\p{ID_Continue}$]|\W)/u,
  },
  { kind: 'invisible-text', pattern: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4,}|[\u{e0000}-\u{e007f}]{8,}/u },
];

export function findHiddenCharacters(files: readonly ChangedFile[]): Finding[] {
  const code = files.filter(({ path }) => CODE.test(path));
  const before = new Set(code.flatMap((file) => occurrences(file.path, file.before).map(({ key }) => key)));
  return code.flatMap(({ path, area, after }) =>
    occurrences(path, after)
      .filter(({ key }) => !before.has(key))
      .map(({ key, kind, line, visible }) =>
        finding(key, {
          rule: 'hidden-characters',
          severity: area === 'tests' || TRANSLATIONS.test(path) ? 'record' : 'gate',
          message: `${path} now holds characters that cannot be seen (${kind}): it does not read as it runs.`,
          path,
          line,
          witness: [visible],
        }),
      ),
  );
}

/** Keyed by the line's text, so that a line that moved is the same. */
function occurrences(path: string, text: string | null) {
  if (text === null || /^[\x00-\x7f]*$/.test(text)) return [];
  return text.split('\n').flatMap((line, index) =>
    HIDDEN.filter(({ pattern }) => pattern.test(line)).map(({ kind }) => ({
      key: `${kind}:${path}:${digest(line.trim())}`,
      kind,
      line: index + 1,
      visible: escapeHidden(line.trim()),
    })),
  );
}

function escapeHidden(text: string): string {
  const escaped = text.slice(0, 200).replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return escaped.slice(0, 300);
}
