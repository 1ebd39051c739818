/** Which module of a rule a file belongs to, and whether its tags pass a test. */
import type { ModulePattern, TagTest } from '../declared-rules.ts';

export interface RuleModule {
  /** The folder or file that the pattern matched; files with equal ones are of one module. */
  folder: string;
  tags: readonly string[];
}

/** Nothing for a file of no module. Remembers by path. */
export function moduleFinder(patterns: readonly ModulePattern[]): (path: string) => RuleModule | undefined {
  const compiled = patterns.map(({ pattern, tags }) => ({ pattern: new RegExp(pattern), tags }));
  const known = new Map<string, RuleModule | undefined>();
  const find = (path: string): RuleModule | undefined => {
    let best: { match: RegExpExecArray; tags: readonly string[] } | undefined;
    for (const { pattern, tags } of compiled) {
      const match = pattern.exec(path);
      if (match && (!best || match[0].length > best.match[0].length)) best = { match, tags };
    }
    if (!best) return undefined;
    const { match, tags } = best;
    return {
      folder: match[0].replace(/\/$/, ''),
      tags: tags.map((tag) => tag.replaceAll(/\$(\d)/g, (_, digit) => match[Number(digit)] ?? '')),
    };
  };
  return (path) => {
    if (!known.has(path)) known.set(path, find(path));
    return known.get(path);
  };
}

/** @param from the importing module, where the test is about the imported one */
export function passes({ all = [], any, none = [], same }: TagTest, { tags }: RuleModule, from?: RuleModule): boolean {
  const has = (pattern: string) => tags.some((tag) => isLike(tag, fill(pattern, from)));
  if (same !== undefined && !tags.some((tag) => isLike(tag, same) && from?.tags.includes(tag))) return false;
  return all.every(has) && (any === undefined || any.some(has)) && !none.some(has);
}

/** `*` stands for any text. Each piece is looked for once, from left to right: no pattern makes this slow. */
function isLike(tag: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return tag === pattern;
  if (!tag.startsWith(head) || !tag.endsWith(tail) || tag.length < head.length + tail.length) return false;
  let position = head.length;
  for (const piece of rest) {
    const found = tag.indexOf(piece, position);
    if (found === -1 || found + piece.length > tag.length - tail.length) return false;
    position = found + piece.length;
  }
  return true;
}

function fill(pattern: string, from: RuleModule | undefined): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const tag = from?.tags.find((each) => each.startsWith(`${name}:`));
    return tag === undefined ? whole : tag.slice(name.length + 1);
  });
}
