/** What may be named as a repository: a URL, an address for ssh, a folder or a bundle file. */
import { isAbsolute } from 'node:path';
import { LonghaulError } from '#contracts';
import { isThere } from '../host.ts';
import { withoutUserinfo } from './git.ts';

const URL_FORM = /^(https?|ssh|git|file):\/\//i;
/** `host:path`, with or without `user@`; git takes it for a path when a slash stands before the colon. */
const SCP_FORM = /^[^-/\s:][^/\s:]*:(?!:|\/\/)/;

/** Whether this names a repository by itself. Anything else is a path; so is a folder with a colon in its name, as `./a:b`. */
export function isAddress(named: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(named) || SCP_FORM.test(named);
}

/**
 * Refuses what git could misread before git sees it. A password in the address is refused too: the address is part of the task,
 * and is stored and shown with it. It is not cut off in silence, because the user has to know that it must not be written there.
 * @throws E_REPOSITORY_UNREACHABLE, E_USAGE
 */
export async function assertSource(repository: string): Promise<void> {
  if (URL_FORM.test(repository)) return assertNoPassword(repository);
  if (isAbsolute(repository)) {
    if (!(await isThere(repository))) throw unreachable(`${repository} does not exist.`);
  } else if (!SCP_FORM.test(repository)) {
    throw unreachable(`"${withoutUserinfo(repository)}" is no repository: neither a URL nor an absolute path.`);
  }
}

function assertNoPassword(repository: string): void {
  const { protocol = '', userinfo = '' } = /^(?<protocol>[a-z]+):\/\/(?:(?<userinfo>[^/]*)@)?/i.exec(repository)?.groups ?? {};
  if (!userinfo.includes(':')) return;
  throw new LonghaulError('E_USAGE', `The address ${withoutUserinfo(repository)} was given with a password in it.`, {
    action: protocol.toLowerCase().startsWith('http')
      ? 'Leave user and password out, and set LONGHAUL_GIT_CREDENTIALS to https://user:token@host instead.'
      : 'Leave the password out, and let ssh log in by a key.',
  });
}

function unreachable(message: string): LonghaulError {
  return new LonghaulError('E_REPOSITORY_UNREACHABLE', message);
}
