/** Finds text by a regular expression, grouped by file with line numbers. */
import { z } from 'zod';
import { PathArgument } from './path-argument.ts';
import { numberedLine } from './text-lines.ts';
import { defineTool } from './tool.ts';

const DEFAULT_RESULTS = 50;
const MAX_RESULTS = 200;
const MAX_LINE_CHARS = 200;
const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_CHARS = 2_000_000;

export const searchText = defineTool({
  name: 'search_text',
  description: `Search the repository's text files, untracked ones included and ignored ones not, for a Perl-compatible regular expression. Results are grouped by file. Shows ${DEFAULT_RESULTS} lines unless told otherwise, at most ${MAX_RESULTS}.`,
  input: z.strictObject({
    pattern: z.string().min(1).describe('Matched line by line; upper and lower case differ unless it begins with (?i).'),
    path: PathArgument.optional().describe('Search only this file or folder.'),
    maxResults: z.int().positive().max(MAX_RESULTS).optional(),
  }),
  // git matches in a process of its own, with PCRE's match limit and a time limit: no pattern can hang us.
  async execute({ pattern, path, maxResults = DEFAULT_RESULTS }, { workspace, signal }) {
    const result = await workspace.exec(
      [
        ...['git', '--literal-pathspecs', '-c', 'core.quotePath=false', 'grep', '--perl-regexp', '--untracked', '-I', '--no-color'],
        ...['--line-number', '--heading', '--break', '--full-name', '-e', pattern, '--', path ?? '.'],
      ],
      // Byte by byte: in a UTF-8 locale git 2.39 takes only some patterns for UTF-8, and misses lines that match.
      { timeoutMs: TIMEOUT_MS, signal, maxOutputChars: MAX_OUTPUT_CHARS, environment: { LC_ALL: 'C' } },
    );
    if (result.ending === 'timed-out') {
      return { status: 'rejected', text: `the search took longer than ${TIMEOUT_MS / 1000} s. Use a simpler pattern or a narrower path.` };
    }
    const where = path === undefined ? '' : ` in ${path}`;
    if (result.exitCode === 1) return { status: 'ok', text: `no line matches ${pattern}${where}` };
    if (result.exitCode !== 0) return { status: 'rejected', text: `git grep refused. ${result.output.trim()}` };
    if (result.omittedChars > 0) return { status: 'rejected', text: 'far too many lines match. Use a narrower pattern or path.' };

    const matches = parseMatches(result.output);
    const shown = matches.slice(0, maxResults);
    const more = shown.length < matches.length ? `, the first ${shown.length} shown` : '';
    const text = [`${matches.length} lines match${where}${more}`];
    let file = '';
    for (const match of shown) {
      if (match.file !== file) text.push(`\n${match.file}`);
      file = match.file;
      text.push(numberedLine(match.line, match.text, MAX_LINE_CHARS));
    }
    return { status: 'ok', text: text.join('\n') };
  },
});

/** Reads `git grep --heading --break`: a file's name on a line of its own, then `<line>:<text>`, an empty line between files. */
function parseMatches(output: string): { file: string; line: number; text: string }[] {
  return output
    .trimEnd()
    .split('\n\n')
    .flatMap((group) => {
      const [file = '', ...lines] = group.split('\n');
      return lines.map((found) => {
        const colon = found.indexOf(':');
        return { file, line: Number(found.slice(0, colon)), text: found.slice(colon + 1).replace(/\r$/, '') };
      });
    });
}
