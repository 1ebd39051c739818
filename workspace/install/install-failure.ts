/** What an install that failed says about the world. */
import { type ErrorCode, type ExecResult, LonghaulError } from '#contracts';

const INTEGRITY = /\bEINTEGRITY\b|\bYN0018\b|ERR_PNPM_TARBALL_INTEGRITY|Integrity check failed|IntegrityCheckFailed/i;

/** In order: an install that met a full disk may well complain about the network too. */
const SIGNS: readonly (readonly [ErrorCode, RegExp])[] = [
  ['E_DISK_FULL', /ENOSPC|No space left/i],
  [
    'E_REGISTRY_DENIED',
    /\bE40[13]\b|_FETCH_40[13]\b|\b(401|403)\b.{0,20}(Unauthorized|Forbidden)|Response Code: 40[13]\b|returned a 40[13]\b|YN0041|- 40[13]\b|status 40[13]\b/i,
  ],
  // Something else answers for what the lockfile names: to install without the lockfile would be to take it.
  ['E_INSTALL_FAILED', INTEGRITY],
  [
    'E_REGISTRY_UNREACHABLE',
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ESOCKETTIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|socket hang up|ConnectionRefused|ConnectionClosed|FailedToOpenSocket|network timeout|_FETCH_5\d\d|\bE50[0234]\b/i,
  ],
];

/** @param what happened, without a full stop. @param result of the package manager; its end goes into the message. */
export function installFailure(what: string, { ending, output, wallMs }: ExecResult): LonghaulError {
  const end = output.trim().slice(-2000);
  if (ending === 'timed-out') return new LonghaulError('E_INSTALL_FAILED', `${what}: no end after ${Math.round(wallMs / 1000)} s:\n${end}`);
  const why = INTEGRITY.test(output) ? ', because a package is not the one that the lockfile names' : '';
  return new LonghaulError(signOf(output) ?? 'E_INSTALL_FAILED', `${what}${why}:\n${end}`);
}

/** The fault of the world that another way of installing could not help; null when it is none we know. */
export function signOf(output: string): ErrorCode | null {
  return SIGNS.find(([, sign]) => sign.test(output))?.[0] ?? null;
}
