/** Removes keys and tokens before anything reaches the disk. */

export type Redact = (text: string) => string;

const MARK = '[redacted]';
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH|COOKIE|DATABASE_URL|REDIS_URL)/i;
/** Shorter values are words that occur everywhere. */
const SHORTEST_SECRET = 8;

/** Shapes of well-known secrets. Source: the documented token formats of their issuers. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, MARK],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, MARK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g, MARK],
  [/\bglpat-[A-Za-z0-9_-]{16,}/g, MARK],
  [/\bnpm_[A-Za-z0-9]{30,}/g, MARK],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, MARK],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, MARK],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g, MARK],
  [/\b(Authorization:\s*(?:Bearer|Basic|token)\s+)[^\s"'\\]+/gi, `$1${MARK}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/"']*):[^\s@/"']+@/gi, `$1:${MARK}@`],
];

/** @param environment whose secret-looking variables' values are removed wherever they appear. */
export function createRedactor(environment: Readonly<Record<string, string>>): Redact {
  const values = Object.entries(environment)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET)
    .map(([, value]) => value)
    // A secret that contains another one goes first.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, MARK);
    for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement);
    return clean;
  };
}

/**
 * A value as text for a jsonb column: secrets removed from every string, and what PostgreSQL cannot store
 * (a zero character, half a surrogate pair) replaced.
 */
export function toStoredJson(value: unknown, redact: Redact): string {
  const clean = (text: string) => redact(text).replaceAll('\0', '\ufffd').toWellFormed();
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return clean(part);
    // Keys come from outside too: test files, environment names.
    if (part !== null && typeof part === 'object' && !Array.isArray(part)) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [clean(key), inner]));
    }
    return part;
  });
}
