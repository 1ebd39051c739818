/** From a file on disk to its facts. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { readBytes } from '../tree/read-file.ts';
import type { SkipReason } from '../tree/skipped.ts';
import type { FactsCache } from './facts-cache.ts';
import type { LinkFacts, TextFacts } from './file-facts.ts';
import { readLinkFacts } from './link-facts.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { readTextFacts } from './text-facts.ts';

const NO_LINKS: LinkFacts = { imports: [], exports: [], syntaxError: false };

/** The facts of one content. A file that changes gets another object. */
export class SourceFacts {
  /** SHA-256 of the content, hexadecimal; of a file that could not be read, why. */
  readonly content: string;
  readonly links: LinkFacts;
  /** Why the imports are unknown, or only partly known. */
  readonly skipped: SkipReason | undefined;
  readonly #file: string;
  /** The content itself, until it is asked about. */
  #kept: string | undefined;
  #text: TextFacts | undefined;

  constructor(file: string, content: string, links: LinkFacts | SkipReason) {
    this.#file = file;
    this.content = content;
    this.links = typeof links === 'string' ? NO_LINKS : links;
    this.skipped = typeof links === 'string' ? links : links.syntaxError ? 'syntax-error' : undefined;
  }

  /** Read when asked for, unless the reader was told to. Of a file that cannot be read or has changed since: those of an empty text. */
  text(): TextFacts {
    this.#text ??= this.#readText();
    return this.#text;
  }

  /** @param text the content @param cache where facts are known from and told to */
  takeText(text: () => string, cache: FactsCache | undefined): void {
    const key = `text ${extensionOf(this.#file)} ${this.content}`;
    const known = cache?.get(key) as TextFacts | undefined;
    this.#text = known ?? textFacts(this.#file, text());
    if (!known) cache?.put(key, this.#text);
  }

  /** For a file that may be another one by the time it is asked about. */
  keepText(text: string): void {
    this.#kept = text;
  }

  #readText(): TextFacts {
    if (this.#kept !== undefined) {
      const text = this.#kept;
      this.#kept = undefined;
      return textFacts(this.#file, text);
    }
    const bytes = readBytes(this.#file);
    return textFacts(this.#file, typeof bytes === 'string' || hash('sha256', bytes) !== this.content ? '' : bytes.toString('utf8'));
  }
}

export interface ReadOptions {
  cache?: FactsCache | undefined;
  /** Whether the text's own facts are read now. */
  withText?: boolean;
  /** Whether the text is kept until its facts are read: somebody is at work in the tree. */
  keepText?: boolean;
}

/** @returns nothing when there is no such file @param known what is returned again when the content is still that */
export function readFacts(
  root: string,
  path: string,
  known: SourceFacts | undefined,
  { cache, withText, keepText }: ReadOptions = {},
): SourceFacts | undefined {
  const file = join(root, path);
  const bytes = readBytes(file);
  if (bytes === 'missing') return undefined;
  if (typeof bytes === 'string') return bytes === known?.content ? known : new SourceFacts(file, bytes, bytes);
  const content = hash('sha256', bytes);
  if (content === known?.content) return known;
  let decoded: string | undefined;
  const text = () => {
    decoded ??= bytes.toString('utf8');
    return decoded;
  };
  const key = `links ${extensionOf(path)} ${content}`;
  const kept = cache?.get(key) as LinkFacts | SkippedLinks | undefined;
  const links = kept ?? linkFacts(path, text());
  if (!kept) cache?.put(key, links);
  const facts = new SourceFacts(file, content, 'skipped' in links ? links.skipped : links);
  if (withText) facts.takeText(text, cache);
  else if (keepText) facts.keepText(text());
  return facts;
}

interface SkippedLinks {
  skipped: SkipReason;
}

function linkFacts(path: string, text: string): LinkFacts | SkippedLinks {
  try {
    return readLinkFacts(path, text) ?? { skipped: 'too-deep' };
  } catch {
    // A syntax tree too deep to walk, say.
    return { skipped: 'unreadable' };
  }
}

function textFacts(path: string, text: string): TextFacts {
  try {
    return readTextFacts(path, isNestedTooDeeply(text) ? '' : text);
  } catch {
    return readTextFacts(path, '');
  }
}

/** All that a path says about how its content is read. */
function extensionOf(path: string): string {
  return /(\.d)?(\.[^./]+)?\.[^./]+$/.exec(path)?.[0] ?? '';
}
