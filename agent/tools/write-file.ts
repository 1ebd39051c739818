/** Writes a whole file. */
import { z } from 'zod';
import { PathArgument } from './path-argument.ts';
import { linesOf } from './text-lines.ts';
import { defineTool } from './tool.ts';

export const writeFile = defineTool({
  name: 'write_file',
  description: 'Write a file, creating missing folders. A file that exists is replaced as a whole.',
  input: z.strictObject({ path: PathArgument, content: z.string() }),
  async execute({ path, content }, { workspace }) {
    await workspace.writeFile(path, content);
    return { status: 'ok', text: `${path} written, ${linesOf(content).length} lines` };
  },
});
