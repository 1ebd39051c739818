/** Follows a tree through made-up edits, and prints what each kind costs. Leaves the tree as it was. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Architecture, openArchitecture, openGate, strongComponents } from '#architecture';

export interface UpdatesReport {
  files: number;
  edges: number;
  /** Milliseconds of wall time, one value an edit: one file more or differently written, linked, both cycle passes made. */
  changed: number[];
  added: number[];
  /** The same change, to the findings against the tree before it: update, snapshot, comparison. */
  judged: number[];
  /** Processor seconds of 100 iterations of one to five changed files, each to its findings. */
  iterationsCpuSeconds: number;
  /** And to the graph and its cycles alone. */
  iterationsGraphCpuSeconds: number;
}

const CHANGES = 300;
const ADDITIONS = 100;
const JUDGED = 30;
const ITERATIONS = 100;
const SEED = 20_261_128;

const [folder = '.'] = process.argv.slice(2);
const random = xoroshiro128plus(SEED);
const below = (count: number) => uniformInt(random, 0, count - 1);

const architecture = await openArchitecture(folder, { texts: 'now' });
const base = architecture.snapshot();
const gate = openGate(architecture, { base });
const paths = base.sources.filter(([, role]) => role === 'production').map(([path]) => path);
const report: UpdatesReport = {
  files: paths.length,
  edges: base.edges.value + base.edges.type,
  ...{ changed: [], added: [], judged: [], iterationsCpuSeconds: 0, iterationsGraphCpuSeconds: 0 },
};

for (let trial = 0; trial < CHANGES; trial++) {
  const edit = await editFiles([pick()], trial);
  report.changed.push(await timeMs(() => followed(edit.paths)));
  await edit.undo();
}
for (let trial = 0; trial < ADDITIONS; trial++) {
  const path = posix.join(posix.dirname(pick()), `bench-added-${trial}.ts`);
  await writeFile(join(folder, path), `${importLine(path, pick())}export const added = ${trial};\n`);
  report.added.push(await timeMs(() => followed([path])));
  await rm(join(folder, path));
  await architecture.update([path]);
}
for (let trial = 0; trial < JUDGED; trial++) {
  const edit = await editFiles([pick()], trial);
  report.judged.push(await timeMs(() => gate.after(edit.paths)));
  await edit.undo();
}
report.iterationsGraphCpuSeconds = await iterations(followed);
report.iterationsCpuSeconds = await iterations((changed) => gate.after([...changed]));
process.stdout.write(JSON.stringify(report));

async function followed(changed: readonly string[]): Promise<void> {
  await architecture.update(changed);
  cyclesOf(architecture);
}

function cyclesOf({ production: { value, all } }: Architecture): void {
  strongComponents(value);
  strongComponents(all);
}

/** What an agent leaves behind: the edits stay, and more are made. */
async function iterations(look: (changed: readonly string[]) => Promise<unknown>): Promise<number> {
  const edits: Edit[] = [];
  let cpuSeconds = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const edit = await editFiles(Array.from({ length: 1 + below(5) }, pick), iteration);
    edits.push(edit);
    const before = process.cpuUsage();
    await look(edit.paths);
    const { user, system } = process.cpuUsage(before);
    cpuSeconds += (user + system) / 1e6;
  }
  for (const edit of edits.reverse()) await edit.undo();
  return cpuSeconds;
}

interface Edit {
  paths: string[];
  undo(): Promise<void>;
}

/** Every other edit imports another file; all add a statement. */
async function editFiles(chosen: readonly string[], number: number): Promise<Edit> {
  const changed = [...new Set(chosen)];
  const before = await Promise.all(changed.map((path) => readFile(join(folder, path), 'utf8')));
  for (const [index, path] of changed.entries()) {
    const line = number % 2 === 0 ? importLine(path, pick()) : '';
    await writeFile(join(folder, path), `${line}${before[index]}\nexport const bench${number}x${index} = ${number};\n`);
  }
  const undo = async () => {
    await Promise.all(changed.map((path, index) => writeFile(join(folder, path), before[index] ?? '')));
    await architecture.update(changed);
  };
  return { paths: changed, undo };
}

function importLine(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to).replace(/\.[cm]?tsx?$/, '.js');
  return from === to ? '' : `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
}

function pick(): string {
  return paths[below(paths.length)] as string;
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
