/** `npm run judge -- <corpus>`: runs a corpus with known answers, and says how often Longhaul is right. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { LonghaulError } from '#contracts';
import { judgeIntegrity } from './integrity/index.ts';
import type { Judge, JudgeDocument } from './judge.ts';

const CORPORA: Record<string, Judge> = { integrity: judgeIntegrity };

const USAGE = `Usage: npm run judge -- <corpus> [--json|--markdown] [its own options]

Exit codes: 0 every case was judged rightly, 1 some were not, 2 could not run, 130 interrupted.
LONGHAUL_CACHE_DIR: where installs and mirrors are kept; without it, a temporary folder.

${Object.entries(CORPORA)
  .map(([name, { usage }]) => `  ${name} ${usage}`)
  .join('\n')}
`;

process.exitCode = await main(process.argv.slice(2));

async function main([name = '', ...rest]: readonly string[]): Promise<number> {
  const judge = Object.hasOwn(CORPORA, name) ? CORPORA[name] : undefined;
  if (name === '--help' || rest.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  // Not once: execa ends the process itself on a signal that nobody else listens to any more.
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    if (judge === undefined) {
      const asked = name === '' ? 'No corpus is given.' : `There is no corpus ${name}.`;
      throw new LonghaulError('E_USAGE', asked, { action: `Give one of: ${Object.keys(CORPORA).join(', ')}.` });
    }
    return await run(name, judge, rest, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    const { code, message, action, stack } = LonghaulError.from(error, 'judging a corpus');
    process.stderr.write(`${code}  ${message}\n${action}\n${code === 'E_INTERNAL' ? `${stack}\n` : ''}`);
    return 2;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

async function run(corpus: string, judge: Judge, words: readonly string[], signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  const note = (line: string) => process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
  const environment = process.env as Record<string, string>;
  const kept = environment.LONGHAUL_CACHE_DIR;
  const cacheFolder = kept ? resolve(kept) : await mkdtemp(join(tmpdir(), 'longhaul-judge-'));
  try {
    const own = words.filter((word) => word !== '--json' && word !== '--markdown');
    const { results, summary, text, markdown } = await judge.run(own, { host: { environment, cacheFolder }, signal, note });
    const document: JudgeDocument = { corpus, date: new Date().toISOString(), machine: machine(), results, summary };
    process.stdout.write(words.includes('--json') ? `${JSON.stringify(document)}\n` : words.includes('--markdown') ? markdown : text);
    return results.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    if (!kept) await rm(cacheFolder, { recursive: true, force: true });
  }
}

function machine(): JudgeDocument['machine'] {
  return {
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}
