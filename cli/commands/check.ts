/** `longhaul check`: what a working tree does to the architecture of its base. No model, no install, no configuration. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findChangedRules, readCalibration } from '#architecture';
import { type CalibrationReport, type CheckRefusal, type CheckReport, LonghaulError } from '#contracts';
import { renderCalibration, renderCheck, renderHtml, renderSarif, renderSvg } from '#report';
import { calibrationFolder, countCommits, factsFolder, listFiles, openWorkingTree, repositoryName } from '#workspace/repository';
import { calibrateOn } from '../check/calibrate.ts';
import { makeReport } from '../check/make-report.ts';
import { type CheckConfig, type OpenedBase, openBase } from '../check/open-base.ts';
import { readRules } from '../check/read-rules.ts';
import { readTree } from '../check/read-tree.ts';
import { haveChanged } from '../check/rule-files.ts';
import { COULD_NOT_RUN, PASSED, PROBLEMS } from '../exit-codes.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface CheckOptions {
  base?: string;
  json?: boolean;
  /** A file; `-` for standard output. */
  sarif?: string;
  html?: string;
  svg?: string;
  explain?: boolean;
  cache: boolean;
  /** Commits to learn from. */
  calibrate?: number;
}

export async function check(config: CheckConfig, path: string, options: CheckOptions): Promise<number> {
  if (options.json && options.sarif === '-') throw new LonghaulError('E_USAGE', '--json and --sarif - both want standard output.');
  return untilInterrupted(async (signal) => {
    try {
      return await run(config, path, options, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = LonghaulError.from(error, 'checking');
      if (options.json) process.stdout.write(`${JSON.stringify(refusal(failure))}\n`);
      throw failure;
    }
  });
}

async function run(config: CheckConfig, path: string, options: CheckOptions, signal: AbortSignal): Promise<number> {
  const opened = await open(config, path, options, signal);
  if (options.calibrate !== undefined) {
    const calibration = await measurePeople(opened, options.calibrate);
    process.stdout.write(options.json ? `${JSON.stringify(calibration)}\n` : renderCalibration(calibration));
    return PASSED;
  }
  const report = await compare(opened, options);
  await write(report, options);
  return { passed: PASSED, failed: PROBLEMS, unscored: COULD_NOT_RUN }[report.verdict];
}

interface Opened extends OpenedBase {
  files: readonly string[];
}

async function open(config: CheckConfig, path: string, options: CheckOptions, signal: AbortSignal): Promise<Opened> {
  const tree = await openWorkingTree(config, path, signal);
  const [opened, files] = await Promise.all([openBase(config, tree, options, signal), listFiles(tree)]);
  return { ...opened, files };
}

async function compare(opened: Opened, { explain = false, html, svg }: CheckOptions): Promise<CheckReport> {
  const { config, tree, base, files, before, cacheFolder, progress, signal } = opened;
  const [after, calibration] = await Promise.all([
    readTree(tree.root, files, { facts: cacheFolder && factsFolder(config), signal }),
    cacheFolder === null ? null : repositoryName(tree).then((name) => readCalibration(calibrationFolder(config, name))),
  ]);
  const changedRules = (await haveChanged(tree.root, before.value.ruleFiles))
    ? findChangedRules(
        before.value.rules,
        await readRules(config, { folder: tree.root, paths: files, installed: join(tree.root, 'node_modules') }, signal),
      )
    : [];
  const stretch = calibration === null ? 1 : Math.max(1, await countCommits(tree, base.commit, tree.head));
  progress.end();
  return makeReport({
    ...{ version: config.version, tree, base, before: before.value, after: after.snapshot, changedRules, calibration, stretch },
    baseRemembered: before.isRemembered,
    wants: { words: explain, picture: explain || html !== undefined || svg !== undefined },
    notes: [...(before.problem === null ? [] : [`The base could not be remembered: ${before.problem}.`]), ...after.notes],
  });
}

async function measurePeople(opened: Opened, commits: number): Promise<CalibrationReport> {
  const { config, tree, base, before, cacheFolder, instrument, progress, signal } = opened;
  if (cacheFolder === null) throw new LonghaulError('E_USAGE', '--calibrate keeps what it finds, and --no-cache keeps nothing.');
  const startedMs = performance.now();
  const onStep = (done: number, of: number) => {
    if (done % Math.ceil(of / 20) !== 0 && done !== of) return;
    const leftMs = ((performance.now() - startedMs) / done) * (of - done);
    progress.note(`${done} of ${of} commits${done === of ? '' : `, about ${Math.ceil(leftMs / 1000)} s left`}`);
  };
  const report = await calibrateOn(tree, base, {
    version: config.version,
    cacheFolder: config.cacheFolder,
    instrument,
    commits,
    today: before.value,
    signal,
    onStep,
  });
  progress.end();
  return report;
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
