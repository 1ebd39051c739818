/** `longhaul check`: what a working tree does to the architecture of its base. No model, no install, no configuration. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckRefusal, type CheckReport, LonghaulError } from '#contracts';
import { renderCheck, renderHtml, renderSarif, renderSvg } from '#report';
import { chooseBase, listFiles, openWorkingTree } from '#workspace/repository';
import { makeReport } from '../check/make-report.ts';
import { readBase } from '../check/read-base.ts';
import { readTree } from '../check/read-tree.ts';
import type { Config } from '../config.ts';
import { COULD_NOT_RUN, INTERRUPTED, PASSED, PROBLEMS } from '../exit-codes.ts';
import { createProgress } from '../output/progress.ts';

export interface CheckOptions {
  base?: string;
  json?: boolean;
  /** A file; `-` for standard output. */
  sarif?: string;
  html?: string;
  svg?: string;
  cache: boolean;
}

export async function check(config: Config & { version: string }, path: string, options: CheckOptions): Promise<number> {
  if (options.json && options.sarif === '-') throw new LonghaulError('E_USAGE', '--json and --sarif - both want standard output.');
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort(new Error('interrupted'));
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    const report = await compare(config, path, options, interrupted.signal);
    await write(report, options);
    return { passed: PASSED, failed: PROBLEMS, unscored: COULD_NOT_RUN }[report.verdict];
  } catch (error) {
    if (interrupted.signal.aborted) return INTERRUPTED;
    const failure = LonghaulError.from(error, 'checking');
    if (options.json) process.stdout.write(`${JSON.stringify(refusal(failure))}\n`);
    throw failure;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

async function compare(
  config: Config & { version: string },
  path: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckReport> {
  const progress = createProgress(process.stderr, () => performance.now());
  const cacheFolder = options.cache ? join(config.cacheFolder, 'checks') : null;
  const tree = await openWorkingTree(config, path, signal);
  const [base, files] = await Promise.all([chooseBase(tree, options.base ?? null), listFiles(tree)]);
  const { head } = tree;
  if (head === null) throw new LonghaulError('E_BASE_UNKNOWN', `${tree.root} has no commit yet.`);
  const before = await readBase(config, tree, base, {
    cacheFolder,
    instrument: config.version,
    signal,
    onRead: () => progress.note(`reading the base ${base.commit.slice(0, 10)}, which no check has read before`),
  });
  const after = await readTree(tree.root, files, { cacheFolder, signal });
  progress.end();
  return makeReport({
    version: config.version,
    tree: { ...tree, head },
    base,
    before: before.value,
    after,
    baseRemembered: before.isRemembered,
    notes: before.problem === null ? [] : [`The base could not be remembered: ${before.problem}.`],
  });
}

async function write(report: CheckReport, { json, sarif, html, svg }: CheckOptions): Promise<void> {
  if (html !== undefined) await writeOutput('--html', html, renderHtml(report));
  if (sarif !== undefined && sarif !== '-') await writeOutput('--sarif', sarif, renderSarif(report));
  if (svg !== undefined) {
    if (report.picture === null) throw new LonghaulError('E_USAGE', '--svg: there is no module to draw.');
    await writeOutput('--svg', svg, renderSvg(report.picture));
  }
  const text = json ? `${JSON.stringify(report)}\n` : sarif === '-' ? renderSarif(report) : renderCheck(report, process.stdout);
  process.stdout.write(text);
}

async function writeOutput(flag: string, file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')
      throw new LonghaulError('E_USAGE', `${flag} ${file}: ${code === 'EISDIR' ? 'it is a folder' : 'there is no such folder'}.`);
    throw LonghaulError.from(error, `writing ${file}`);
  }
}

function refusal({ code, message, action }: LonghaulError): CheckRefusal {
  return { schemaVersion: 1, verdict: 'could-not-run', error: { code, message, action } };
}
