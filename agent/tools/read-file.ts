/** Shows a part of a file with line numbers. */
import { z } from 'zod';
import { PathArgument } from './path-argument.ts';
import { linesOf, numberedLine } from './text-lines.ts';
import { defineTool } from './tool.ts';

const DEFAULT_LINES = 200;
const MAX_LINES = 400;
const MAX_LINE_CHARS = 500;
/** Below the cap of a result, so that a page ends with a whole line and the next one can begin after it. */
const MAX_PAGE_CHARS = 5_800;

export const readFile = defineTool({
  name: 'read_file',
  description: `Read a text file, with line numbers (they are not part of the file). Shows ${DEFAULT_LINES} lines unless told otherwise, at most ${MAX_LINES}, and fewer when they are long.`,
  input: z.strictObject({
    path: PathArgument,
    startLine: z.int().positive().optional().describe('First line to show, from 1.'),
    endLine: z.int().positive().optional().describe('Last line to show.'),
  }),
  async execute({ path, startLine = 1, endLine = startLine + DEFAULT_LINES - 1 }, { workspace }) {
    const content = await workspace.readFile(path);
    if (content.includes('\0')) return { status: 'rejected', text: `${path} is a binary file.` };
    const lines = linesOf(content);
    if (lines.length === 0) return { status: 'ok', text: `${path} is empty.` };
    if (endLine < startLine) return { status: 'rejected', text: `endLine ${endLine} lies before startLine ${startLine}.` };
    if (startLine > lines.length) return { status: 'rejected', text: `${path} has only ${lines.length} lines.` };

    const page: string[] = [];
    let pageChars = 0;
    for (const line of lines.slice(startLine - 1, Math.min(endLine, startLine + MAX_LINES - 1))) {
      const shown = numberedLine(startLine + page.length, line, MAX_LINE_CHARS);
      pageChars += shown.length + 1;
      if (pageChars > MAX_PAGE_CHARS) break;
      page.push(shown);
    }
    const lastShown = startLine + page.length - 1;
    const more = lastShown < lines.length ? `; go on with startLine ${lastShown + 1}` : '';
    return { status: 'ok', text: `${path}, lines ${startLine}-${lastShown} of ${lines.length}${more}\n${page.join('\n')}` };
  },
});
