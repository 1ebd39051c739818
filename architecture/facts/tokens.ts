/** The tokens of a text, with names and literals normalised: a copy whose names were changed reads the same. */

/** A stretch of text that only a syntax tree can tell from code: a regular expression, the text and the attributes' strings of JSX. */
export interface OpaqueSpan {
  start: number;
  end: number;
  kind: 'regex' | 'string';
}

/** By position in the text. Lines are counted from 1; a token may end on a later line than it starts. */
export interface Tokens {
  /** Equal for equal tokens; one code each for all names, all strings (and each piece of a template), all numbers, all regular expressions. */
  codes: number[];
  starts: number[];
  lines: number[];
  lastLines: number[];
}

const NAME = 1;
const STRING = 2;
const NUMBER = 3;
const REGEX = 4;

/** Reserved words alone: `type`, `of` or `async` may be a name, and a copy may have changed it. */
const KEYWORDS = new Map(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in ' +
    'instanceof new null return super switch this throw true try typeof var void while with yield await let static implements'
  )
    .split(' ')
    .map((word, index) => [word, 100 + index]),
);
const LONGEST_KEYWORD = 10;

/** `>` always stands alone: `Map<string, Set<string>>` closes two lists. */
const LONG_PUNCTUATORS = Map.groupBy(
  '... => === !== **= <<= &&= ||= ??= == != <= >= ?? ?. && || ++ -- ** << += -= *= /= %= &= |= ^='
    .split(' ')
    .sort((a, b) => b.length - a.length)
    .map((text, index) => ({ text, code: 200 + index })),
  ({ text }) => text.charCodeAt(0),
);

/**
 * Comments and layout are left out. Exact where the text follows the grammar and `opaque` (sorted, not overlapping) names every
 * such span; otherwise it still comes to an end.
 */
export function scanTokens(text: string, opaque: readonly OpaqueSpan[]): Tokens {
  return new Scanner(text, opaque).scan();
}

class Scanner {
  readonly #text: string;
  readonly #opaque: readonly OpaqueSpan[];
  readonly #tokens: Tokens = { codes: [], starts: [], lines: [], lastLines: [] };
  /** Depth of braces at which a `}` goes on with a template. */
  readonly #templates: number[] = [];
  #braces = 0;
  #at = 0;
  #line = 1;

  constructor(text: string, opaque: readonly OpaqueSpan[]) {
    this.#text = text;
    this.#opaque = opaque;
  }

  scan(): Tokens {
    const text = this.#text;
    if (text.startsWith('#!')) this.#skipTo(text.indexOf('\n'));
    let span = 0;
    while (this.#at < text.length) {
      const next = this.#opaque[span];
      if (next && next.start <= this.#at) {
        span++;
        if (next.end <= this.#at) continue;
        const isBlank = next.kind === 'string' && text.slice(this.#at, next.end).trim() === '';
        if (isBlank) this.#skipTo(next.end);
        else this.#emit(next.kind === 'regex' ? REGEX : STRING, next.end);
        continue;
      }
      this.#scanOne(text.charCodeAt(this.#at));
    }
    return this.#tokens;
  }

  #scanOne(code: number): void {
    if (isBlank(code)) this.#skipTo(this.#at + 1);
    else if (isNamePart(code) && !isDigit(code)) this.#name();
    else if (code === QUOTE || code === APOSTROPHE) this.#emit(STRING, this.#endOfString(code));
    else if (code === BACKTICK) this.#template();
    else if (isDigit(code) || (code === DOT && isDigit(this.#text.charCodeAt(this.#at + 1)))) this.#emit(NUMBER, this.#endOfNumber());
    else if (code === SLASH && this.#text.charCodeAt(this.#at + 1) === SLASH) this.#skipTo(this.#text.indexOf('\n', this.#at));
    else if (code === SLASH && this.#text.charCodeAt(this.#at + 1) === STAR) this.#skipComment();
    else this.#punctuator(code);
  }

  #emit(code: number, end: number): void {
    const { codes, starts, lines, lastLines } = this.#tokens;
    codes.push(code);
    starts.push(this.#at);
    lines.push(this.#line);
    this.#skipTo(end);
    lastLines.push(this.#line);
  }

  /** @param end where to go on; -1 for the end of the text */
  #skipTo(end: number): void {
    const stop = end === -1 ? this.#text.length : end;
    for (; this.#at < stop; this.#at++) if (this.#text.charCodeAt(this.#at) === NEWLINE) this.#line++;
  }

  #skipComment(): void {
    const end = this.#text.indexOf('*/', this.#at + 2);
    this.#skipTo(end === -1 ? -1 : end + 2);
  }

  #name(): void {
    const text = this.#text;
    let end = this.#at;
    for (; end < text.length && isNamePart(text.charCodeAt(end)); end++) {
      // `\u{61}` in a name.
      if (text.charCodeAt(end) === BACKSLASH && text.charCodeAt(end + 2) === OPEN_BRACE) end = Math.max(end, text.indexOf('}', end));
    }
    const length = end - this.#at;
    const word = length > 1 && length <= LONGEST_KEYWORD ? text.slice(this.#at, end) : '';
    this.#emit(KEYWORDS.get(word) ?? NAME, end);
  }

  #endOfString(quote: number): number {
    const text = this.#text;
    for (let end = this.#at + 1; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === BACKSLASH) end++;
      else if (code === quote) return end + 1;
    }
    return text.length;
  }

  /** From a backtick, or from the brace that ends a `${...}`, to the next `${` or the closing backtick. */
  #template(): void {
    const text = this.#text;
    let end = this.#at + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === BACKSLASH) end++;
      else if (code === BACKTICK) break;
      else if (code === DOLLAR && text.charCodeAt(end + 1) === OPEN_BRACE) {
        this.#templates.push(this.#braces);
        end++;
        break;
      }
    }
    this.#emit(STRING, Math.min(end + 1, text.length));
  }

  #endOfNumber(): number {
    const text = this.#text;
    let end = this.#at;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === DOT || isNamePart(code)) continue;
      const isSign = code === PLUS || code === MINUS;
      // `1e-7`, but not `0xe-7`.
      if (!isSign || !/^[\d._]+e$/i.test(text.slice(this.#at, end))) break;
    }
    return end;
  }

  #punctuator(code: number): void {
    if (code === OPEN_BRACE) this.#braces++;
    if (code === CLOSE_BRACE) {
      if (this.#templates.at(-1) === this.#braces) {
        this.#templates.pop();
        this.#template();
        return;
      }
      this.#braces--;
    }
    const long = LONG_PUNCTUATORS.get(code)?.find((each) => this.#text.startsWith(each.text, this.#at));
    if (long) this.#emit(long.code, this.#at + long.text.length);
    else this.#emit(300 + code, this.#at + 1);
  }
}

const NEWLINE = 10;
const QUOTE = 34;
const DOLLAR = 36;
const APOSTROPHE = 39;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;
const BACKTICK = 96;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0xfeff || code === 0x2028 || code === 0x2029;
}

/** Letters, digits, `$`, `_`, the `#` of private names, the backslash of an escaped name, and everything beyond ASCII that is no blank. */
function isNamePart(code: number): boolean {
  if (code >= 128) return !isBlank(code);
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    isDigit(code) ||
    code === 95 ||
    code === DOLLAR ||
    code === 35 ||
    code === BACKSLASH
  );
}
