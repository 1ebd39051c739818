/** Says why the embedded server did not start, in its own words. */
import { LonghaulError } from '#contracts';

/** @param output the end of what the failed program said. */
export function startFailure(what: string, output: string): LonghaulError {
  const message = output === '' ? what : `${what}\n${output}`;
  return new LonghaulError(/No space left on device/.test(output) ? 'E_DISK_FULL' : 'E_DATABASE_START_FAILED', message);
}

/** A server that died by kill -9 may still be leaving, or another start may be a moment ahead: the next try can succeed. */
export function mayPass(output: string): boolean {
  return /pre-existing shared memory block|lock file "postmaster\.pid" already exists|Address already in use/.test(output);
}
