/** Small readings of plain data of unknown shape, as configuration files hold it. */
import { NotLiteral } from '../literals.ts';

export type Plain = Record<string, unknown>;

/** An object; empty for anything else. */
export function objectOf(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NotLiteral) ? (value as Plain) : {};
}

/** The items of a list; a value that is no list is a list of itself, and nothing is the empty one. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The texts in a list or a single text. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The keys whose values switch something on. */
export function keysInUse(value: Plain): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== false);
}
