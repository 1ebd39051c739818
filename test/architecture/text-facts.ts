/** What the instrument reads from the text of files that tests write. */
import { openArchitecture } from '#architecture';
import { treeOf, write } from './trees.ts';

export type TextFacts = ReturnType<NonNullable<Awaited<ReturnType<typeof openArchitecture>>['graph']['files'][number]>['text']>;

export async function textFacts(path: string, text: string): Promise<TextFacts> {
  const facts = (await textFactsBelow(await write(await treeOf(), { [path]: text }))).get(path);
  if (!facts) throw new Error(`${path} is no source.`);
  return facts;
}

/** By path. */
export async function textFactsBelow(folder: string): Promise<Map<string, TextFacts>> {
  const { graph } = await openArchitecture(folder);
  return new Map(graph.files.flatMap((file): [string, TextFacts][] => (file ? [[file.path, file.text()]] : [])));
}
