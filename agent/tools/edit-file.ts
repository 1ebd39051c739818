/** Replaces an exact passage, and refuses when the passage is not unique. */
import { z } from 'zod';
import { closestLines } from './closest-lines.ts';
import { PathArgument } from './path-argument.ts';
import { lineAt } from './text-lines.ts';
import { defineTool } from './tool.ts';

export const editFile = defineTool({
  name: 'edit_file',
  description:
    'Replace one passage of a file. oldText must be copied exactly from the file, whitespace included and line numbers not, with enough lines around it to be unique.',
  input: z.strictObject({
    path: PathArgument,
    oldText: z.string().min(1),
    newText: z.string(),
  }),
  async execute({ path, ...written }, { workspace }) {
    const content = await workspace.readFile(path);
    if (/[\0\uFFFD]/.test(content)) return { status: 'rejected', text: `${path} is not plain UTF-8 text.` };
    const { oldText, newText } = withLineEndsOf(content, written);
    if (oldText === newText) return { status: 'rejected', text: 'oldText and newText are equal, so there is nothing to change.' };

    const places = occurrences(content, oldText);
    const [place] = places;
    if (place === undefined) return explainAbsence(path, content, oldText, newText);
    if (places.length > 1) {
      const lines = places.map((offset) => lineAt(content, offset));
      return {
        status: 'rejected',
        text: `oldText occurs ${places.length} times in ${path}, on lines ${lines.slice(0, 20).join(', ')}. Nothing was changed. Give more lines around the one you mean.`,
      };
    }
    await workspace.writeFile(path, content.slice(0, place) + newText + content.slice(place + oldText.length));
    return { status: 'ok', text: `${path} changed at line ${lineAt(content, place)}` };
  },
});

/** Models write `\n`. In a file whose lines end in `\r\n` the same passage is meant. */
function withLineEndsOf(content: string, texts: { oldText: string; newText: string }): { oldText: string; newText: string } {
  if (!content.includes('\r\n') || content.includes(texts.oldText)) return texts;
  const convert = (text: string) => text.replace(/\r?\n/g, '\r\n');
  return { oldText: convert(texts.oldText), newText: convert(texts.newText) };
}

/** Offsets of all occurrences, overlapping ones included. */
function occurrences(content: string, passage: string): number[] {
  const offsets: number[] = [];
  for (let at = content.indexOf(passage); at !== -1; at = content.indexOf(passage, at + 1)) offsets.push(at);
  return offsets;
}

function explainAbsence(path: string, content: string, oldText: string, newText: string): { status: 'ok' | 'rejected'; text: string } {
  const applied = newText === '' ? [] : occurrences(content, newText);
  const [place] = applied;
  // Only a newText that stands exactly once can be the result of this edit; a lone `}` proves nothing.
  if (place !== undefined && applied.length === 1) {
    return {
      status: 'ok',
      text: `already applied: newText stands in ${path} at line ${lineAt(content, place)}, oldText nowhere. Nothing was changed.`,
    };
  }
  const closest = closestLines(content, oldText);
  const advice = closest === null ? 'No line of the file resembles it.' : `The closest lines are:\n${closest}`;
  return { status: 'rejected', text: `oldText does not occur in ${path}. Nothing was changed. ${advice}` };
}
