/** Names that are easily taken for those of well-known packages. */
import { npmHighImpact } from 'npm-high-impact';

/** Packages with a million downloads a week or five hundred dependents. Source: https://github.com/wooorm/npm-high-impact. */
const WELL_KNOWN: ReadonlySet<string> = new Set(npmHighImpact);

export function isWellKnown(name: string): boolean {
  return WELL_KNOWN.has(name);
}

/** In three letters everything is one slip away from everything; `vue` and `vuex` are both somebody's. */
const SHORTEST_NAME = 5;

/**
 * The well-known package that `name` may be taken for; nothing when it is well known itself (preact beside react), or short.
 * Looks for: one letter missing, added, replaced or swapped with its neighbour; other separators (`lodash_merge`, `lodashmerge`);
 * characters that look alike (`1odash`, `rnongoose`); a scope written as part of the name (`babel-core`, `types-node`), or misspelt.
 * Not looked for: a different scope with the same name behind it, as every fork has.
 *
 * Source: the classes of Taylor et al., Defending Against Package Typosquatting, NSS 2020, section 3.
 */
export function lookAlikeOf(name: string): string | undefined {
  if (isWellKnown(name) || name.length < SHORTEST_NAME) return undefined;
  const folded = INDEX.get(fold(name));
  if (folded !== undefined && folded !== name) return folded;
  // A scope belongs to one owner, so behind a known scope everything is that owner's.
  if (name.startsWith('@') && KNOWN_SCOPES.has(scopeOf(name))) return undefined;
  const candidates = name.startsWith('@') ? SCOPED : UNSCOPED;
  return candidates.find(
    (known) => Math.abs(known.length - name.length) <= 1 && known.length >= SHORTEST_NAME && isOneSlipAway(known, name),
  );
}

/** Without separators and with look-alike characters made one. */
function fold(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[@/._-]|\p{M}/gu, '')
    .replaceAll('0', 'o')
    .replace(/[1i|]/g, 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('5', 's');
}

// The list begins with the most downloaded, and the first of equals is the one that is imitated.
const INDEX = new Map([...npmHighImpact].reverse().map((name) => [fold(name), name]));
const SCOPED = npmHighImpact.filter((name) => name.startsWith('@'));
const UNSCOPED = npmHighImpact.filter((name) => !name.startsWith('@'));
const KNOWN_SCOPES = new Set(SCOPED.map(scopeOf));

function scopeOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

/** Whether one letter inserted, deleted, replaced or swapped with its neighbour makes the one into the other. */
function isOneSlipAway(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
