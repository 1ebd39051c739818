/** Which git this machine has. */
import { simpleGit } from 'simple-git';
import type { Host } from '../host.ts';

/** Null when there is no git. */
export async function gitVersion(host: Host): Promise<string | null> {
  const { installed, major, minor, patch } = await simpleGit({ baseDir: '/' })
    .env('PATH', host.environment.PATH ?? '')
    .version();
  return installed ? `${major}.${minor}.${patch}` : null;
}
