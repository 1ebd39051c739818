/** The architecture instrument beside every tool that reads imports: cold, after one change, over many iterations, on a very large tree. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LexerReport } from './architecture/lexer-entry.ts';
import { type MeasuredRun, type Program, runMeasured } from './architecture/measured-run.ts';
import { PEERS, type Peer, warmFallow } from './architecture/peers.ts';
import { syntheticTree } from './architecture/synthetic-tree.ts';
import { copyTree, type Tree, writeTree } from './architecture/trees.ts';
import type { UpdatesReport } from './architecture/updates-entry.ts';
import { type BenchResult, compare, median, within } from './bench.ts';

const MODULES = join(import.meta.dirname, '../node_modules');
const PARTS = join(import.meta.dirname, 'architecture');
const SEED = 1;
/** The aims of the graph, on a tree of 3,000 files or more: how many times less processor time than the peer. */
const CPU_AIMS: Record<string, number> = { 'dependency-cruiser': 13, madge: 13, 'ts-morph': 7, fallow: 4, 'rev-dep': 1 };
const AIMED_FILES = 3_000;

/**
 * Code bases out of `node_modules` and synthetic trees by default; `--repository name=path` (several) measures those in place of the former,
 * `name=path#folder` one folder of it with the files beside it. All tools read the same copy, which is a git repository of one commit and has
 * nothing installed. A figure is the median of `--repeats` runs; processor time is that of the whole process tree, start included. Programs
 * that run on Node, theirs and ours, find their own compiled code of an earlier run (`NODE_COMPILE_CACHE`), as `longhaul` does wherever it has a cache.
 */
export async function benchArchitecture(args: readonly string[], note: (line: string) => void): Promise<BenchResult[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repository: { type: 'string', multiple: true, default: [] },
      repeats: { type: 'string', default: '3' },
      timeout: { type: 'string', default: '180' },
      large: { type: 'string', default: '30000' },
      peer: { type: 'string', multiple: true, default: PEERS.map(({ name }) => name) },
      folder: { type: 'string', default: tmpdir() },
    },
  });
  const root = await mkdtemp(join(values.folder, 'longhaul-bench-'));
  process.env.NODE_COMPILE_CACHE = join(root, 'compiled');
  const bench = new ArchitectureBench({ root, note, repeats: Number(values.repeats), timeoutSeconds: Number(values.timeout) });
  const peers = PEERS.filter(({ name }) => values.peer.includes(name));
  try {
    const results: BenchResult[] = [];
    for await (const tree of chosenTrees(root, values.repository)) {
      results.push(
        ...(await bench.cold(tree, peers)),
        ...(await orReason(`${tree.name}, ${tree.files} files: warm`, () => bench.warm(tree))),
        ...(await orReason(`${tree.name}, ${tree.files} files: es-module-lexer`, () => bench.lexer(tree))),
      );
      await rm(tree.folder, { recursive: true, force: true });
    }
    if (Number(values.large) > 0) results.push(...(await bench.large(Number(values.large), peers)));
    return results;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** A part that fails is a row that says why; the others are measured all the same. */
async function orReason(name: string, work: () => Promise<BenchResult[]>): Promise<BenchResult[]> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ ...compare(name, '', Number.NaN, {}), without: { ours: reason } }];
  }
}

async function* chosenTrees(root: string, repositories: readonly string[]): AsyncGenerator<Tree> {
  for (const each of repositories) {
    const [name = each, path = each] = each.split('=');
    yield await copyTree(root, name, path);
  }
  if (repositories.length > 0) return;
  yield await copyTree(root, 'zod', join(MODULES, 'zod#src'));
  yield await copyTree(root, 'effect', join(MODULES, 'effect#src'));
  yield await writeTree(root, 'synthetic', syntheticTree(3_600, SEED));
}

interface BenchSettings {
  root: string;
  note: (line: string) => void;
  repeats: number;
  timeoutSeconds: number;
}

class ArchitectureBench {
  readonly #settings: BenchSettings;

  constructor(settings: BenchSettings) {
    this.#settings = settings;
  }

  /** Ours and every peer, from a cold start. */
  async cold(tree: Tree, peers: readonly Peer[]): Promise<BenchResult[]> {
    const graph = await this.#repeat(tree, 'ours, graph', () => ownProgram('open-entry.ts', tree, ['graph']));
    const all = await this.#repeat(tree, 'ours, everything', () => ownProgram('open-entry.ts', tree, ['all']));
    const measured = new Map<string, MeasuredRun>();
    const without: Record<string, string> = {};
    for (const peer of peers) {
      try {
        const run = await this.#repeat(tree, peer.name, async () => {
          await peer.prepare?.(tree.folder);
          return peer.program(tree.folder);
        });
        measured.set(peer.name, run);
      } catch (error) {
        without[peer.name] = error instanceof Error ? error.message : String(error);
        this.#settings.note(`${tree.name}: ${peer.name}: ${without[peer.name]}`);
      }
    }
    const title = `${tree.name}, ${tree.files} files`;
    const of = (pick: (run: MeasuredRun) => number) => Object.fromEntries([...measured].map(([name, run]) => [name, pick(run)]));
    const aimed = tree.files >= AIMED_FILES;
    return [
      ...peers.map(({ name }): BenchResult => {
        const run = measured.get(name);
        const row = compare(
          `${title}: cold graph and cycles, CPU, beside ${name}`,
          's',
          graph.cpuSeconds,
          run ? { [name]: run.cpuSeconds } : {},
          aimed ? CPU_AIMS[name] : undefined,
        );
        return run ? row : { ...row, without: { [name]: without[name] ?? 'no figure' } };
      }),
      {
        ...compare(
          `${title}: cold graph and cycles, wall`,
          's',
          graph.wallSeconds,
          of((run) => run.wallSeconds),
        ),
        without,
      },
      {
        ...compare(
          `${title}: cold graph and cycles, peak memory`,
          'MB',
          graph.peakMb,
          of((run) => run.peakMb),
        ),
        without,
      },
      compare(`${title}: cold, everything a snapshot holds, CPU`, 's', all.cpuSeconds, {}),
      compare(`${title}: cold, everything a snapshot holds, peak memory`, 'MB', all.peakMb, {}),
    ];
  }

  /** With what earlier runs left behind, and after small changes. */
  async warm(tree: Tree): Promise<BenchResult[]> {
    const title = `${tree.name}, ${tree.files} files`;
    const cache = await mkdtemp(join(this.#settings.root, 'cache-'));
    const cached = () => ownProgram('open-entry.ts', tree, ['graph', cache]);
    await this.#run(cached);
    const reopened = await this.#repeat(tree, 'ours, again', cached);
    const fallow = await this.#again(tree);
    const check = () => ({ ...ownProgram('../../bin/longhaul.js', tree, []), args: checkArguments(tree), accepts: [0, 1, 2] });
    process.env.LONGHAUL_CACHE_DIR = cache;
    await this.#run(check);
    const checked = await this.#repeat(tree, 'longhaul check, again', check);
    delete process.env.LONGHAUL_CACHE_DIR;
    const run = await this.#run(() => ownProgram('updates-entry.ts', tree, []));
    const updates = JSON.parse(run.output) as UpdatesReport;
    const aimed = tree.files >= AIMED_FILES;
    const line = (name: string, unit: string, value: number, most: number) =>
      aimed ? within(`${title}: ${name}`, unit, value, most) : compare(`${title}: ${name}`, unit, value, {});
    return [
      compare(
        `${title}: graph and cycles again, from the cache, CPU`,
        's',
        reopened.cpuSeconds,
        fallow ? { 'fallow, again': fallow.cpuSeconds } : {},
      ),
      line('longhaul check again, wall', 's', checked.wallSeconds, 1),
      compare(`${title}: longhaul check again, CPU`, 's', checked.cpuSeconds, {}),
      line('one changed file, graph and cycles, p50', 'ms', percentile(updates.changed, 50), 3),
      line('one changed file, graph and cycles, p95', 'ms', percentile(updates.changed, 95), 8),
      line('a new file, graph and cycles, p50', 'ms', percentile(updates.added, 50), 10),
      line('a new file, graph and cycles, p95', 'ms', percentile(updates.added, 95), 10),
      compare(`${title}: one changed file, to its findings, p50`, 'ms', percentile(updates.judged, 50), {}),
      compare(`${title}: one changed file, to its findings, p95`, 'ms', percentile(updates.judged, 95), {}),
      line('100 iterations, graph and cycles, CPU', 's', updates.iterationsGraphCpuSeconds, 6),
      line('100 iterations, to their findings, CPU', 's', updates.iterationsCpuSeconds, 6),
    ];
  }

  /** What a lexer would save in place of the parser, and of how many files it can be trusted. */
  async lexer(tree: Tree): Promise<BenchResult[]> {
    const run = await this.#run(() => ownProgram('lexer-entry.ts', tree, []));
    const report = JSON.parse(run.output) as LexerReport;
    const title = `${tree.name}, ${tree.files} files: es-module-lexer in place of the parser`;
    return [
      compare(`${title}, CPU of reading imports`, 'ms', report.parserCpuMs, { 'es-module-lexer': report.lexerCpuMs }),
      compare(`${title}, files that it reads alike`, 'files', report.files, { 'es-module-lexer': report.same }),
    ];
  }

  /** Only the tools of which it is to be expected that they come to an end. */
  async large(files: number, peers: readonly Peer[]): Promise<BenchResult[]> {
    const { root, note, repeats } = this.#settings;
    note(`writing a tree of ${files} files`);
    const tree = await writeTree(root, 'synthetic', syntheticTree(files, SEED));
    const title = `${tree.name}, ${tree.files} files`;
    const graph = await this.#repeat(tree, `ours, graph, ${repeats} times`, () => ownProgram('open-entry.ts', tree, ['graph']));
    const native = peers.filter(({ name }) => ['fallow', 'rev-dep', 'oxlint'].includes(name));
    const rows = await this.cold(tree, native);
    return [
      within(`${title}: cold graph and cycles, wall`, 's', graph.wallSeconds, 60),
      within(`${title}: cold graph and cycles, peak memory`, 'MB', graph.peakMb, 2_048),
      ...rows,
    ];
  }

  async #again(tree: Tree): Promise<MeasuredRun | undefined> {
    try {
      await this.#run(() => warmFallow(tree.folder));
      return await this.#repeat(tree, 'fallow, again', () => warmFallow(tree.folder));
    } catch (error) {
      this.#settings.note(`${tree.name}: fallow, again: ${String(error)}`);
      return undefined;
    }
  }

  async #repeat(tree: Tree, name: string, program: () => Unbounded | Promise<Unbounded>): Promise<MeasuredRun> {
    const runs: MeasuredRun[] = [];
    for (let run = 0; run < this.#settings.repeats; run++) runs.push(await this.#run(program));
    const middle = (pick: (run: MeasuredRun) => number) => median(runs.map(pick));
    const found: MeasuredRun = {
      cpuSeconds: middle((run) => run.cpuSeconds),
      wallSeconds: middle((run) => run.wallSeconds),
      peakMb: middle((run) => run.peakMb),
      output: runs.at(-1)?.output ?? '',
    };
    this.#settings.note(
      `${tree.name}: ${name}: ${found.cpuSeconds.toFixed(2)} s CPU, ${found.wallSeconds.toFixed(2)} s, ${Math.round(found.peakMb)} MB`,
    );
    return found;
  }

  async #run(program: () => Unbounded | Promise<Unbounded>): Promise<MeasuredRun> {
    return runMeasured({ ...(await program()), timeoutSeconds: this.#settings.timeoutSeconds });
  }
}

type Unbounded = Omit<Program, 'timeoutSeconds'>;

function ownProgram(entry: string, tree: Tree, args: readonly string[]): Unbounded {
  return { command: process.execPath, args: [join(PARTS, entry), tree.folder, ...args], folder: tree.folder, accepts: [0] };
}

function checkArguments({ folder }: Tree): string[] {
  return [join(PARTS, '../../bin/longhaul.js'), 'check', folder, '--json'];
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
