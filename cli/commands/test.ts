/** `longhaul test`: runs a repository's own tests in a workspace of their own, and says whether and how they ran. */
import type { TestReport } from '#contracts';
import { renderTestReport } from '#report';
import { openWorkspace, resolveCommit, sweepWorkspaces } from '#workspace';
import { absoluteRepository } from '../absolute-repository.ts';
import type { Config } from '../config.ts';
import { PASSED, PROBLEMS } from '../exit-codes.ts';
import { createProgress } from '../output/progress.ts';
import { readCommandLimits, readSetup, type SetupOptions } from '../setup-options.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface TestOptions extends SetupOptions {
  commit: string;
  file?: string[];
  relatedTo?: string[];
  json?: boolean;
}

export async function test(config: Config, named: string, options: TestOptions): Promise<number> {
  return untilInterrupted(async (signal) => {
    const report = await runOnce(config, absoluteRepository(named), options, signal);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : renderTestReport(report, process.stdout));
    return isWholePass(report.run) ? PASSED : PROBLEMS;
  });
}

/** Tests that may be missing may have failed. */
function isWholePass(run: TestReport['run']): boolean {
  return run.status === 'ran' && run.gaps.length === 0 && run.outcomes.every(({ status }) => status !== 'failed');
}

async function runOnce(config: Config, repository: string, options: TestOptions, signal: AbortSignal): Promise<TestReport> {
  const setup = readSetup(options);
  await sweepWorkspaces(config);
  const progress = createProgress(process.stderr, () => performance.now());
  progress.note(`looking for ${options.commit} in ${repository}`);
  const commit = await resolveCommit(config, repository, options.commit, signal);
  progress.note(`opening a workspace at ${commit}${setup.install ? ', dependencies included' : ''}`);
  const startedMs = performance.now();
  await using workspace = await openWorkspace(config, {
    repository,
    commit,
    environmentFrom: commit,
    setup,
    sandbox: options.unsafeNoSandbox ? 'none' : 'required',
    limits: readCommandLimits(options),
    signal,
  });
  const openWallMs = Math.round(performance.now() - startedMs);
  const { isolation, environment } = workspace;
  progress.note('running its tests');
  const run = await workspace.runTests({ files: options.file ?? [], relatedTo: options.relatedTo ?? [], signal });
  progress.end();
  return { schemaVersion: 1, repository, commit, isolation, environment, openWallMs, run };
}
