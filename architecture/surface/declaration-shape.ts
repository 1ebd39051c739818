/** A declaration as a short string: equal for equal declarations, and enough to see whether a change only added something optional. */
import { hash } from 'node:crypto';

/**
 * `same`; `additive`: optional parameters or properties were added, or a parameter became optional; `unclear`: anything else.
 * Whether one type can stand for another is not decided here.
 *
 * Source: Semantic Versioning for TypeScript Types 1.0.0-beta.4 (semver-ts.org), "Non-breaking changes" and "Breaking changes":
 * of parameters and properties only new required ones break.
 */
export type ShapeChange = 'same' | 'additive' | 'unclear';

/** More members than this are compared as a whole. */
const MAX_PARTS = 100;

/**
 * `d hash`, or for a function of one signature `f hash part,part?`, or for an interface or object type `o hash part,part?`.
 * The hash is of all that is no part; parts are hashes of parameter types and of members, `?` marks what may be left out.
 * Names of parameters and the order of members do not count.
 *
 * @param text as `TextFacts.declarations` holds it
 */
export function shapeOf(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  const needs = rest.filter(isNeed);
  if (needs.length === rest.length) {
    const parts = functionParts(first) ?? objectParts(first);
    if (parts && parts.parts.length <= MAX_PARTS)
      return `${parts.kind} ${short([parts.frame, ...needs].join('\n'))} ${parts.parts.join(',')}`;
  }
  return `d ${short(text)}`;
}

export function compareShapes(base: string, head: string): ShapeChange {
  if (base === head) return 'same';
  const [kind, frame, before = ''] = base.split(' ');
  const [headKind, headFrame, after = ''] = head.split(' ');
  if (kind !== headKind || frame !== headFrame) return 'unclear';
  const old = before === '' ? [] : before.split(',');
  const now = after === '' ? [] : after.split(',');
  const accepts = (part: string | undefined, next: string | undefined) => next === part || next === `${part}?`;
  if (kind === 'f')
    return old.every((part, index) => accepts(part, now[index])) && now.slice(old.length).every(isOptional) ? 'additive' : 'unclear';
  if (kind !== 'o') return 'unclear';
  const left = new Set(now);
  return old.every((part) => left.delete(part)) && [...left].every(isOptional) ? 'additive' : 'unclear';
}

interface Parts {
  kind: 'f' | 'o';
  frame: string;
  parts: string[];
}

/** `function price<T>(parcel: T, rate?: number): number;` */
function functionParts(text: string): Parts | undefined {
  const start = /^function ?[^<( ]*/.exec(text)?.[0].length;
  if (start === undefined) return undefined;
  const open = text[start] === '<' ? endOf(text, start) + 1 : start;
  if (text[open] !== '(') return undefined;
  const close = endOf(text, open);
  const parts = split(text.slice(open + 1, close), ',').map((parameter) => {
    const colon = topLevel(parameter, ':');
    const name = colon === -1 ? parameter : parameter.slice(0, colon);
    const isRest = name.startsWith('...');
    return `${short((isRest ? '...' : '') + (colon === -1 ? '' : parameter.slice(colon + 1).trim()))}${isRest || name.endsWith('?') ? '?' : ''}`;
  });
  return { kind: 'f', frame: text.slice(start, open) + text.slice(close + 1), parts };
}

/** `interface Parcel<T> extends Item { weight: T; note?: string; }`, `type Parcel = { ... };` */
function objectParts(text: string): Parts | undefined {
  if (!/^(interface|type) /.test(text)) return undefined;
  const open = topLevel(text, '{');
  if (open === -1) return undefined;
  const close = endOf(text, open);
  const head = text.slice(0, open).trim();
  if (!/^;?$/.test(text.slice(close + 1).trim()) || (text.startsWith('type ') && !/^type [^<=]+(<.*>)? =$/.test(head))) return undefined;
  const parts = split(text.slice(open + 1, close), ';').map(
    (member) => `${short(member)}${/^(readonly )?([\p{ID_Continue}$]+|"[^"]*")\?[:(<]/u.test(member) ? '?' : ''}`,
  );
  return { kind: 'o', frame: head, parts: parts.sort() };
}

function split(list: string, separator: string): string[] {
  const items: string[] = [];
  for (let rest = list; rest.trim() !== ''; ) {
    const end = topLevel(rest, separator);
    items.push((end === -1 ? rest : rest.slice(0, end)).trim());
    rest = end === -1 ? '' : rest.slice(end + 1);
  }
  return items;
}

/** Where a sign stands outside of all brackets and strings, or -1. */
function topLevel(text: string, sign: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === sign) return index;
    index = endOf(text, index);
  }
  return -1;
}

/** The end of the bracket or string that begins here; the place itself when none does. The text's end when it is left open. */
function endOf(text: string, start: number): number {
  const first = text[start];
  if (first === '"' || first === '`') {
    for (let index = start + 1; index < text.length; index++) {
      if (text[index] === '\\') index++;
      else if (text[index] === first) return index;
    }
    return text.length;
  }
  if (first === undefined || !'([{<'.includes(first)) return start;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const sign = text[index] as string;
    if (sign === '"' || sign === '`') index = endOf(text, index);
    else if ('([{<'.includes(sign)) depth++;
    // The head of an arrow is no bracket.
    else if (')]}'.includes(sign) || (sign === '>' && text[index - 1] !== '=')) {
      if (--depth === 0) return index;
    }
  }
  return text.length;
}

function isOptional(part: string): boolean {
  return part.endsWith('?');
}

function isNeed(line: string): boolean {
  return /^[^ ]+@[0-9a-f]{8}$/.test(line);
}

function short(text: string): string {
  return hash('sha1', text).slice(0, 8);
}
