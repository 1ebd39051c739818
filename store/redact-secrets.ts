/** Removes keys and tokens before anything reaches the disk. */

export type Redact = (text: string) => string;

const MARK = '[redacted]';
/** `AUTHOR` is nobody's secret, and many a build sets it. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|AUTH(?!OR)|COOKIE|DATABASE_URL|REDIS_URL)/i;
/** Shorter values are words that occur everywhere. */
const SHORTEST_SECRET = 8;

/**
 * Shapes of well-known secrets. Source: the documented token formats of their issuers.
 * A quote or a backslash ends a match, so that JSON text stays JSON; what could start anywhere in a long line has a greatest length,
 * so that a line costs time in proportion to its length.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g, MARK],
  // Cut off before its end.
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\[nr])*/g, MARK],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, MARK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g, MARK],
  [/\bglpat-[A-Za-z0-9_-]{16,}/g, MARK],
  [/\bnpm_[A-Za-z0-9]{30,}/g, MARK],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, MARK],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, MARK],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g, MARK],
  [/(\bAuthorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:Bearer|Basic|token)\s{1,4})[^\s"'\\]+/gi, `$1${MARK}`],
  [/(\bBearer\s{1,4})[A-Za-z0-9._~+/-]{16,}=*/gi, `$1${MARK}`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/"'\\]{0,256}):[^\s@/"'\\]{1,512}@/gi, `$1:${MARK}@`],
];

/** @param environment whose secret-looking variables' values are removed wherever they appear, also as JSON writes them. */
export function createRedactor(environment: Readonly<Record<string, string>>): Redact {
  const values = Object.entries(environment)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET)
    .flatMap(([, value]) => [value, ...passwordsIn(value)])
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    // A secret that contains another one goes first.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, MARK);
    for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement);
    return clean;
  };
}

/** A variable may hold addresses with a password in each, which others may then quote alone, and decoded. */
function passwordsIn(value: string): string[] {
  const passwords = value.split(/\s+/).flatMap((part) => (URL.canParse(part) ? [new URL(part).password] : []));
  return passwords.flatMap((password) => [password, decoded(password)]).filter((password) => password.length >= SHORTEST_SECRET);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
