/** Renames a symbol and every reference to it, whole or not at all. */
import { z } from 'zod';
import type { AgentWorkspace } from '#contracts';
import { renameSymbol as findRename } from '../edits/index.ts';
import { PathArgument } from './path-argument.ts';
import { defineTool } from './tool.ts';

const MAX_MENTIONS_CHARS = 1_000;

export const renameSymbol = defineTool({
  name: 'rename_symbol',
  description:
    'Rename a TypeScript or JavaScript symbol together with all references, imports and re-exports. Rejected, with nothing changed, when the new name collides or new errors would appear. Strings, comments and documents are left alone; files that still contain the old word are listed.',
  input: z.strictObject({
    path: PathArgument.describe('The file that declares the symbol.'),
    symbol: z.string().min(1).describe('Name, or Class.member (also for interfaces, enums and objects).'),
    newName: z.string().min(1).describe('The new name alone, without the class.'),
  }),
  async execute({ path, symbol, newName }, { workspace, signal }) {
    const rename = await findRename({ folder: workspace.folder, path, symbol, newName, signal });
    if (rename.kind === 'rejected') return { status: 'rejected', text: `${rename.reason}\nNothing was changed.` };
    // Reading first has the workspace check every path before the first one is written.
    for (const file of rename.files) await workspace.readFile(file.path);
    for (const file of rename.files) await workspace.writeFile(file.path, file.text);
    const text = [`${symbol} renamed to ${newName} in ${rename.locations} places of ${rename.files.length} files`];
    text.push(...rename.files.map((file) => file.path));
    const oldName = symbol.slice(symbol.lastIndexOf('.') + 1);
    const mentions = await filesMentioning(oldName, workspace, signal);
    if (mentions !== '') text.push(`\nThe word ${oldName} still stands in these files; see whether it means the same there:\n${mentions}`);
    return { status: 'ok', text: text.join('\n') };
  },
});

/** Strings, comments, documents, and other packages of a monorepo: what the compiler does not connect, a reader may have to. */
async function filesMentioning(word: string, workspace: AgentWorkspace, signal: AbortSignal): Promise<string> {
  const search = ['git', 'grep', '--untracked', '-I', '--files-with-matches', '--word-regexp', '--fixed-strings', '-e', word];
  const found = await workspace.exec(search, { signal, maxOutputChars: MAX_MENTIONS_CHARS });
  return found.exitCode === 0 ? found.output.trimEnd() : '';
}
