/** Prints the folders and their arrows as a Mermaid flowchart; with a base ref (`node tools/folder-graph.ts origin/main`) it marks what changed since. */
import { join } from 'node:path';
import { type Arrow, cruiseHouse, git, readHouseMap } from './cruise-house.ts';

const root = join(import.meta.dirname, '..');
const map = await readHouseMap(root);
const { files, arrows } = await cruiseHouse(root, map);
const base = process.argv[2] ?? '';
const changed = changedFiles(base);

console.log(drawFolders());
console.log(legend());

/** @returns undefined when there is nothing to compare with, such as the first push of a branch, whose base is all zeros. */
function changedFiles(ref: string): string[] | undefined {
  if (ref === '' || /^0+$/.test(ref)) return undefined;
  try {
    return git(root, 'diff', '--name-only', `${ref}...HEAD`);
  } catch {
    return undefined; // the graph is an aid in a summary: an unknown base must not turn a green build red
  }
}

function drawFolders(): string {
  const folders = Object.keys(map.mayImport).filter((folder) => files.some((file) => topFolder(file) === folder));
  const nodes = folders.map((folder) => {
    const inside = files.filter((file) => topFolder(file) === folder);
    const touched = countChanged(folder);
    const size = `${inside.length} files${touched > 0 ? `, ${touched} changed` : ''}`;
    return `  ${folder}["${folder}/<br/>${size}"]${touched > 0 ? ':::changed' : ''}`;
  });
  const edges = [...countArrows(arrows)].map(([edge, count]) => {
    const [from, to] = edge.split(' ');
    return `  ${from} -- ${count} --> ${to}`;
  });
  const style = '  classDef changed fill:#ffe8a3,stroke:#b07d00,color:#222';
  return ['```mermaid', 'flowchart TD', ...nodes, ...edges, style, '```'].join('\n');
}

/** `workers harness` -> number of imports between files of the two. */
function countArrows(all: Arrow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { from, to } of all) {
    const edge = `${topFolder(from)} ${topFolder(to)}`;
    if (topFolder(from) !== topFolder(to)) counts.set(edge, (counts.get(edge) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

function legend(): string {
  if (changed === undefined) return '\nNumbers on arrows count imports. Nothing is marked: there is no base to compare with.';
  return `\nNumbers on arrows count imports. Marked folders changed since \`${base}\`.`;
}

function countChanged(folder: string): number {
  return changed?.filter((path) => topFolder(path) === folder).length ?? 0;
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? path;
}
