/** Turns a value into the JSON text that a jsonb column takes, without secrets. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Redact } from './redact-secrets.ts';

/**
 * The value as it will be read back, and its JSON text.
 * Where a secret happens to spell a word of the format (`TOKEN_KIND=reference` beside an agent of that name), the word stays:
 * redaction must not make a record unreadable, and a field that admits only such words holds no secret.
 */
export function toStoredJson<T>(schema: z.ZodType<T>, value: T, redact: Redact): { value: T; json: string } {
  const original = mapStrings(value, storable);
  let clean = mapStrings(original, redact);
  for (;;) {
    const parsed = schema.safeParse(clean);
    if (parsed.success) return { value: parsed.data, json: JSON.stringify(parsed.data) };
    const restored = parsed.error.issues.reduce((body, { path }) => putBack(body, original, path), clean);
    if (isDeepStrictEqual(restored, clean)) throw parsed.error;
    clean = restored;
  }
}

/** jsonb knows no U+0000, and refuses half of a surrogate pair, which cutting a text to a length can leave. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Keys are words of a format or paths, so they are made storable and no more. */
function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storable(key), mapStrings(item, change)]));
}

function putBack(clean: unknown, original: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined || !isRecord(clean) || !isRecord(original)) return original;
  const item = putBack(clean[key], original[key], rest);
  return Array.isArray(clean) ? clean.map((old, index) => (index === key ? item : old)) : { ...clean, [key]: item };
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
