import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ArchitectureSnapshot, compareArchitecture, openArchitecture } from '#architecture';

const INJECTIONS = 60;

/**
 * Recall on code that nobody here wrote: the sources that ship inside zod. One import is put into one file, the tree is followed as it would be in
 * a check, and the import is taken out again. A reversed import nearly always closes a cycle of files; a shortcut between two files chosen
 * blindly hardly ever does, which is why edges between modules are watched as well.
 */
test('imports put into real code: reversed ones are gates, most blind shortcuts are at least seen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-recall-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(import.meta.dirname, '../../node_modules/zod/src'), join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "zod" }');
  const architecture = await openArchitecture(folder);
  const base = architecture.snapshot();
  expect(base.files.production).toBeGreaterThan(90);

  async function inject(from: string, to: string): Promise<Set<string>> {
    const text = await readFile(join(folder, from), 'utf8');
    await writeFile(join(folder, from), `import '${specifier(from, to)}';\n${text}`);
    await architecture.update([from]);
    const { findings } = compareArchitecture({ base, head: architecture.snapshot() });
    await writeFile(join(folder, from), text);
    await architecture.update([from]);
    return new Set(findings.map(({ severity, rule }) => (severity === 'gate' ? 'gate' : rule)));
  }

  const random = seeded(7);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const edges = valueEdges(base);
  const reversed = await share(edges, pick, ([from, to]) => inject(to, from));
  const files = base.sources.flatMap(([path, role]) => (role === 'production' ? [path] : []));
  const shortcuts = files.flatMap((from) =>
    files.flatMap((to) => (posix.dirname(from) === posix.dirname(to) ? [] : [[from, to] as const])),
  );
  const blind = await share(shortcuts, pick, ([from, to]) => inject(from, to));

  expect(compareArchitecture({ base, head: architecture.snapshot() }).findings).toEqual([]);
  expect(reversed.gate).toBe(1);
  expect(blind.seen).toBeGreaterThan(0.5);
});

function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Pairs of files that no cycle holds yet: there a reversed import can change nothing. */
function valueEdges({ sources, imports, cycles }: ArchitectureSnapshot): (readonly [string, string])[] {
  const path = (file: number) => sources[file]?.[0] ?? '';
  return imports.flatMap(([from, to, kinds]): (readonly [string, string])[] => {
    const isProduction = sources[from]?.[1] === 'production' && sources[to]?.[1] === 'production';
    const isOnCycle = cycles.some(({ files }) => files.includes(path(from)) && files.includes(path(to)));
    return to >= 0 && to !== from && (kinds & 1) === 1 && isProduction && !isOnCycle ? [[path(from), path(to)]] : [];
  });
}

/** Of what was picked, the part that is found by a gate and the part that is found at all, 0 to 1. */
async function share<Item>(items: readonly Item[], pick: (items: readonly Item[]) => Item, find: (item: Item) => Promise<Set<string>>) {
  let [gate, seen] = [0, 0];
  for (let each = 0; each < INJECTIONS; each++) {
    const found = await find(pick(items));
    if (found.has('gate')) gate++;
    if (found.size > 0) seen++;
  }
  return { gate: gate / INJECTIONS, seen: seen / INJECTIONS };
}

/** Numbers from 0 to 1, the same in every run. Source: mulberry32, Tommy Ettinger, public domain. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
