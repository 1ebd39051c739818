/** Credentials for private git hosts out of the environment, as git takes them without any file or argument holding them. */
import { z } from 'zod';
import { LonghaulError } from '#contracts';
import type { Host } from '../host.ts';

const VARIABLE = 'LONGHAUL_GIT_CREDENTIALS';

/** One `https://user:token@host[/path]`; user and token are percent-encoded where a URL asks for it. */
const Credential = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
  .transform((text) => new URL(text))
  .transform(({ protocol, host, pathname, username, password }, context) => {
    try {
      return {
        place: `${protocol}//${host}${pathname.replace(/\/+$/, '')}`,
        user: decodeURIComponent(username),
        token: decodeURIComponent(password),
      };
    } catch {
      context.addIssue({ code: 'custom', message: 'is not percent-encoded' });
      return z.NEVER;
    }
  })
  // git's protocol for credentials has one value a line.
  .refine(({ user, token }) => [user, token].every((value) => value !== '' && !/[\n\r\0]/.test(value)));

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
  const credentials = z.array(Credential).safeParse((environment[VARIABLE] ?? '').split(/\s+/).filter((text) => text !== ''));
  if (!credentials.success) {
    const [index = 0] = (credentials.error.issues[0]?.path ?? []) as number[];
    throw new LonghaulError(
      'E_USAGE',
      `${VARIABLE} has a malformed entry (number ${index + 1}); it is not shown, because it may be a secret.`,
      {
        action: `Set ${VARIABLE} to one or more https://user:token@host[/path], separated by spaces, or unset it.`,
      },
    );
  }
  // The last one that matches counts: a whole host before a path on it.
  const sorted = credentials.data.sort((a, b) => a.place.length - b.place.length);
  return {
    config: sorted.flatMap(({ place }, index) => [
      [`credential.${place}.helper`, ''],
      [`credential.${place}.helper`, inlineHelper(`LONGHAUL_GIT_USER_${index}`, `LONGHAUL_GIT_TOKEN_${index}`)],
    ]),
    environment: Object.fromEntries(
      sorted.flatMap(({ user, token }, index) => [
        [`LONGHAUL_GIT_USER_${index}`, user],
        [`LONGHAUL_GIT_TOKEN_${index}`, token],
      ]),
    ),
  };
}

function inlineHelper(user: string, token: string): string {
  return `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$${user}" "$${token}"; }; f`;
}
