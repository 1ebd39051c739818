/** A repository as a person named it, independent of the folder it was named in. */
import { resolve } from 'node:path';
import { isAddress } from '#workspace';

export function absoluteRepository(named: string): string {
  return isAddress(named) ? named : resolve(named);
}
