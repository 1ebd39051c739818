/** `npm run bench -- <name>`: measures one thing Longhaul exists for beside its peers, in one run. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { benchArchitecture } from './architecture.ts';
import type { Bench, BenchDocument } from './bench.ts';
import { benchGrading } from './grading.ts';
import { renderBench } from './render-bench.ts';
import { benchWorkspace } from './workspace.ts';

const BENCHES: Record<string, Bench> = { architecture: benchArchitecture, grading: benchGrading, workspace: benchWorkspace };

const [name = '', ...rest] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`Give a bench: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json] [its own options]\n`);
  process.exitCode = 2;
} else {
  const startedMs = performance.now();
  const note = (line: string) => process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
  const own = rest.filter((word) => word !== '--json');
  const document: BenchDocument = {
    bench: name,
    date: new Date().toISOString(),
    machine: {
      platform: `${process.platform}-${process.arch}`,
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      /** Of the minute before, as it began. */
      load: Number((loadavg()[0] ?? 0).toFixed(1)),
    },
    results: await bench(own, note),
  };
  process.stdout.write(rest.includes('--json') ? `${JSON.stringify(document)}\n` : renderBench(document));
}
