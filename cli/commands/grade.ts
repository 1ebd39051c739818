/** `longhaul grade`: stored submissions graded again, without an agent. */
import { renderRegrade } from '#report';
import { openOrchestration } from '#workers';
import type { Config } from '../config.ts';
import { PASSED, PROBLEMS } from '../exit-codes.ts';
import { createProgress } from '../output/progress.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { readRunId } from './report.ts';

/** What is stored of the run stays as it is. */
export async function grade(config: Config, run: string, options: { baselineRuns?: number; json?: boolean }): Promise<number> {
  const id = readRunId(run);
  const progress = createProgress(process.stderr, () => performance.now());
  return untilInterrupted(async (signal) => {
    await using orchestration = await openOrchestration(config);
    const report = await orchestration.regrade({
      run: id,
      host: config,
      baselineRuns: options.baselineRuns ?? null,
      signal,
      onMilestone: ({ agent, seed }, { id: milestone, changed }) =>
        progress.note(`${agent.name} #${seed}  ${milestone}  ${changed ? 'another verdict' : 'as before'}`),
    });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : renderRegrade(report));
    return report.summary.changed > 0 || report.summary.unscored > 0 ? PROBLEMS : PASSED;
  });
}
