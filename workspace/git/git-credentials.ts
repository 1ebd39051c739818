/** Credentials for private git hosts, handed to git without any file or argument holding them. */
import { parseCredentials } from '../credentials.ts';
import type { Host } from '../host.ts';

const VARIABLE = 'LONGHAUL_GIT_CREDENTIALS';

/** What a fetch is given beside its arguments. */
export interface CredentialHandover {
  readonly config: readonly (readonly [string, string])[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * git asks an inline helper, and only where host and path of the address match; the helper's text names variables, never their values.
 * An empty helper before it keeps the user's own ones from being asked, and from storing what they were not given.
 * Empty when the variable is unset. @throws E_USAGE naming the variable, never its value.
 */
export function credentialHandover({ environment }: Host): CredentialHandover {
  const credentials = parseCredentials(VARIABLE, environment[VARIABLE], 'required').map(({ origin, path, ...secret }) => ({
    place: `${origin}${path.replace(/\/+$/, '')}`,
    ...secret,
  }));
  // The last one that matches counts: a whole host before a path on it.
  const sorted = credentials.sort((a, b) => a.place.length - b.place.length);
  return {
    config: sorted.flatMap(({ place }, index) => [
      [`credential.${place}.helper`, ''],
      [`credential.${place}.helper`, inlineHelper(`LONGHAUL_GIT_USER_${index}`, `LONGHAUL_GIT_TOKEN_${index}`)],
    ]),
    environment: Object.fromEntries(
      sorted.flatMap(({ user, password }, index) => [
        [`LONGHAUL_GIT_USER_${index}`, user],
        [`LONGHAUL_GIT_TOKEN_${index}`, password],
      ]),
    ),
  };
}

function inlineHelper(user: string, token: string): string {
  return `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$${user}" "$${token}"; }; f`;
}
