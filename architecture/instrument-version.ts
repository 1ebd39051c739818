/** Which instrument this is: another one may read the same tree otherwise. */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of all its texts, and of the packages they may call: nobody has to remember to count a version up. Takes some 5 ms. */
export function instrumentVersion(): string {
  const here = import.meta.dirname;
  const sources = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const { dependencies } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8'));
  return hash('sha256', JSON.stringify([dependencies, sources.map((name) => readFileSync(join(here, name), 'utf8'))])).slice(0, 24);
}
