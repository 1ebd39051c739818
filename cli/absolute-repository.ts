/** A repository as a person named it, independent of the folder it was named in. */
import { resolve } from 'node:path';

/** URLs and the `user@host:path` of ssh stay; anything else is a path. */
export function absoluteRepository(named: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) || /^[\w.-]+@[\w.-]+:/.test(named);
  return isUrl ? named : resolve(named);
}
