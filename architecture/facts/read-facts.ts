/** From a file on disk to its facts. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { readBytes } from '../tree/read-file.ts';
import type { SkipReason } from '../tree/skipped.ts';
import type { LinkFacts } from './file-facts.ts';
import { readLinkFacts } from './link-facts.ts';

export interface SourceFacts {
  /** SHA-256 of the content, hexadecimal; of a file that could not be read, why. */
  content: string;
  links: LinkFacts;
  /** Why the imports are unknown, or only partly known. */
  skipped?: SkipReason;
}

const NOTHING: LinkFacts = { imports: [], exports: [], syntaxError: false };

/** @returns nothing when there is no such file; a file that cannot be read has no links @param known what is returned again when the content is still that */
export function readFacts(root: string, path: string, known?: SourceFacts): SourceFacts | undefined {
  const bytes = readBytes(join(root, path));
  if (bytes === 'missing') return undefined;
  if (typeof bytes === 'string') return bytes === known?.content ? known : { content: bytes, links: NOTHING, skipped: bytes };
  const content = hash('sha256', bytes);
  if (content === known?.content) return known;
  let links: LinkFacts | undefined;
  try {
    links = readLinkFacts(path, bytes.toString('utf8'));
  } catch {
    // A syntax tree too deep to walk, say.
    return { content, links: NOTHING, skipped: 'unreadable' };
  }
  if (!links) return { content, links: NOTHING, skipped: 'too-deep' };
  return { content, links, ...(links.syntaxError ? { skipped: 'syntax-error' as const } : {}) };
}
