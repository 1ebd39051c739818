/** File descriptors that whoever started us has left open, and that every program we start would inherit: a pipe of a CI server, say. */
import { readdir, readFile } from 'node:fs/promises';
import { remembered } from './remembered.ts';

const CLOSE_ON_EXEC = 0o2000000;

/** Standard input, output and error are not among them. Node opens none that is inherited, and closes only the first few of those it finds. */
export function inheritedDescriptors(): Promise<readonly number[]> {
  return readOnce('/proc/self/fdinfo');
}

const readOnce = remembered(
  readInherited,
  (folder: string) => folder,
  () => true,
);

async function readInherited(folder: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const flags = /^flags:\s*([0-7]+)$/m.exec(await readFile(`${folder}/${name}`, 'utf8').catch(() => ''))?.[1];
    // One that is closed again is the folder's own.
    if (flags !== undefined && Number(name) > 2 && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) found.push(Number(name));
  }
  return found.sort((a, b) => a - b);
}
