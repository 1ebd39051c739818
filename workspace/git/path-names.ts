/** Names of files as text, though git has them as bytes: two files never come to one name, and each name leads back to its bytes. */
import { isUtf8 } from 'node:buffer';

/** @param output of a git command with `-z`. @returns what stands between the NULs, whether or not it is UTF-8. */
export function splitAtNul(output: Buffer): string[] {
  const lines = isUtf8(output) ? output.toString().split('\0') : output.toString('latin1').split('\0').map(fromLatin1);
  return lines.filter((line) => line !== '');
}

/** What git is given for a name of `splitAtNul`. */
export function bytesOfPath(path: string): Buffer {
  return Buffer.from(path, path.isWellFormed() ? 'utf8' : 'latin1');
}

/**
 * Where a line is no UTF-8, each byte beyond ASCII becomes a half surrogate, whose low byte it is: no proper text holds one. U+FFFD, which
 * a decoder would give, may be the name of another file. After Python's `surrogateescape` (PEP 383).
 */
function fromLatin1(line: string): string {
  const bytes = Buffer.from(line, 'latin1');
  if (isUtf8(bytes)) return bytes.toString();
  return line.replaceAll(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}
