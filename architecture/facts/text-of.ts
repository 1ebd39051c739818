/** The text facts of a file, read when somebody asks for them. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { readBytes } from '../tree/read-file.ts';
import type { TextFacts } from './file-facts.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { readTextFacts } from './text-facts.ts';

/** Those of an empty text for a file that cannot be read or has changed since: its update brings another one. @param content SHA-256 it had */
export function textOf(root: string, path: string, content: string): TextFacts {
  const bytes = readBytes(join(root, path));
  const text = typeof bytes === 'string' || hash('sha256', bytes) !== content ? '' : bytes.toString('utf8');
  return readTextFacts(path, isNestedTooDeeply(text) ? '' : text);
}
