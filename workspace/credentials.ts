/** Credentials for hosts, as one variable of the environment lists them. */
import { LonghaulError } from '#contracts';

export interface Credential {
  /** `https://registry.example` or `https://registry.example:8443`: the only place that may be told. */
  origin: string;
  /** `/` unless it is for a part of the host only; begins and ends with a slash. */
  path: string;
  /** Empty for a token alone, where one may stand alone. */
  user: string;
  /** The password or token. */
  password: string;
}

/**
 * URLs separated by white space: `https://user:password@host/path` or `https://:token@host`.
 * Plain http is for this machine only: anywhere else it would show the secret to the network.
 * @param variable its name, for messages; its value is never in one. @param value undefined: none. @param user whether each must name one.
 * @throws E_USAGE
 */
export function parseCredentials(variable: string, value: string | undefined, user: 'required' | 'optional'): Credential[] {
  const words = (value ?? '').split(/\s+/).filter((word) => word !== '');
  return words.map((word, index) => {
    const which = words.length > 1 ? `entry ${index + 1} of ${variable}` : variable;
    const url = URL.canParse(word) ? new URL(word) : null;
    if (url === null) throw refused(which, 'is no URL');
    const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) throw refused(which, 'is no https URL');
    if (user === 'required' && url.username === '') throw refused(which, 'names no user (https://user:token@host)');
    if (url.password === '') throw refused(which, 'holds no password or token (https://:token@host)');
    if (url.search !== '' || url.hash !== '') throw refused(which, 'goes on after the path: write special characters as %XX');
    const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
    return { origin: url.origin, path, user: decoded(which, url.username), password: decoded(which, url.password) };
  });
}

/** A line break in a secret would begin a new line of whatever file it is written to. */
function decoded(which: string, text: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!/[\u0000-\u001f\u007f]/.test(plain)) return plain;
  } catch {
    // Refused below, without its words, which repeat the value.
  }
  throw refused(which, 'is not encoded as a URL');
}

function refused(which: string, why: string): LonghaulError {
  return new LonghaulError('E_USAGE', `${which} ${why}.`, { action: 'Correct the variable in the environment, or unset it.' });
}
