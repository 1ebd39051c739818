/** One file of every knot that rev-dep finds. */
import { runTool } from './tool.ts';

/** With all kinds of imports. Sorted. */
export async function knotsOfRevDep(folder: string): Promise<string[]> {
  const { stdout, stderr } = await runTool('rev-dep', 'rev-dep', ['circular', '--algorithm', 'SCC'], folder);
  const output = `${stdout}\n${stderr}`;
  if (output.includes('No circular dependencies found')) return [];
  const starts = [...output.matchAll(/^ ➞ (.+) \(cycle start\)$/gm)].map(([, path = '']) => path);
  const [, count] = /^Found (\d+) circular/m.exec(output) ?? [];
  if (starts.length !== Number(count)) throw new Error(`rev-dep counts ${count} knots and shows ${starts.length}: ${output.slice(0, 500)}`);
  return starts.sort();
}
