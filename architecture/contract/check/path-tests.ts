/** Turns the tests of a rule into functions. */
import ignore from 'ignore';
import type { FileTest, PathTest, SpecifierTest } from '../declared-rules.ts';
import { escapeRegex } from '../read/globs.ts';

/** What the groups of the importing file's pattern matched, `$0` first. */
export type Groups = readonly string[];

/** Whether a path passes; the groups of its first match, or none. Remembers by path: a rule asks for the same file many times. */
export function fileTest({ any, none, unless = [] }: FileTest): (path: string) => Groups | undefined {
  const patterns = any?.map((source) => new RegExp(source));
  const refused = none?.map((source) => new RegExp(source)) ?? [];
  const exceptions = unless.map((each) => pathTest(each));
  const known = new Map<string, Groups | undefined>();
  const test = (path: string): Groups | undefined => {
    if (refused.some((pattern) => pattern.test(path)) || exceptions.some((excepted) => excepted(path))) return undefined;
    if (!patterns) return [];
    for (const pattern of patterns) {
      const match = pattern.exec(path);
      // As dependency-cruiser counts them: groups that took no part are left out.
      if (match) return match.length > 1 ? match.filter((group) => typeof group === 'string') : [];
    }
    return undefined;
  };
  return (path) => {
    if (!known.has(path)) known.set(path, test(path));
    return known.get(path);
  };
}

/** Whether one of several names of the same thing passes, with `$1` ... standing for the groups. */
export function pathTest({ any, none }: PathTest): (names: string | readonly string[], groups?: Groups) => boolean {
  const patterns = any?.map(template);
  const refused = none?.map(template) ?? [];
  return (names, groups = []) => {
    const all = typeof names === 'string' ? [names] : names;
    const matches = (pattern: (groups: Groups) => RegExp) => all.some((name) => pattern(groups).test(name));
    return (!patterns || patterns.some(matches)) && !refused.some(matches);
  };
}

function template(source: string): (groups: Groups) => RegExp {
  if (!/\$\d/.test(source)) {
    const fixed = new RegExp(source);
    return () => fixed;
  }
  const known = new Map<string, RegExp>();
  return (groups) => {
    const key = groups.join('\0');
    const filled = known.get(key) ?? new RegExp(source.replaceAll(/\$(\d)/g, (whole, digit) => escaped(groups[Number(digit)]) ?? whole));
    known.set(key, filled);
    return filled;
  };
}

/** A folder may be called `[id]`. */
function escaped(group: string | undefined): string | undefined {
  return group === undefined ? undefined : escapeRegex(group);
}

export function specifierTest({ exact, group, regex, caseSensitive = false }: SpecifierTest): (specifier: string) => boolean {
  const names = exact && new Set(exact);
  const lines = group && ignore({ allowRelativePaths: true, ignorecase: !caseSensitive }).add(group);
  const pattern = regex === undefined ? undefined : new RegExp(regex, caseSensitive ? 'u' : 'iu');
  return (specifier) =>
    specifier !== '' && ((names?.has(specifier) ?? false) || (lines?.ignores(specifier) ?? false) || (pattern?.test(specifier) ?? false));
}
