/** Runs a repository's own test suite and reads what its runner reports to a file outside the tree. */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecResult, TestRun } from '#contracts';
import { type NodeProgram, nodeFolder } from '../node-program.ts';
import type { Mount, Sandbox } from '../sandbox/sandbox.ts';
import type { DetectedRunner } from './detect-runner.ts';
import { readJestReport, readNodeTestReport } from './read-report.ts';
import { SETUP_FAILED } from './with-setup.ts';

/** node:test waits for ever for a file that does not end, and one such file would cost the evidence of all others. */
const NODE_TEST_TIMEOUT_MS = 120_000;

const REPORTER = fileURLToPath(new URL('./node-test-reporter.mjs', import.meta.url));

export interface TestRunOptions {
  sandbox: Sandbox;
  tree: Mount;
  /** Empty folder on the host for the report; made and removed here. */
  reportFolder: string;
  runner: DetectedRunner;
  /** The Node that runs it. */
  node: NodeProgram;
  /** Only these test files; all when empty. */
  files: readonly string[];
  environment: Record<string, string>;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** The runner's exit code is noted but never believed: a suite counts by the tests in its report. */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const report: Mount = { host: options.reportFolder, inside: '/report', writable: true };
  const { sandbox, runner } = options;
  await mkdir(options.reportFolder, { recursive: true });
  if (runner.runner === 'node:test') await copyFile(REPORTER, join(options.reportFolder, 'reporter.mjs'));
  try {
    const result = await sandbox.exec({
      argv: runnerCommand(runner, 'node', sandbox.inside(report), options.files),
      cwd: sandbox.inside(options.tree),
      mounts: [options.node.mount, options.tree, report],
      path: [nodeFolder(sandbox, options.node)],
      environment: { ...runner.environment, ...options.environment },
      timeoutMs: options.timeoutMs,
      ...(options.signal && { signal: options.signal }),
    });
    const text = await readFile(join(options.reportFolder, 'report'), 'utf8').catch(() => null);
    return interpret(runner, result, text, sandbox.inside(options.tree));
  } finally {
    await rm(options.reportFolder, { recursive: true, force: true });
  }
}

function runnerCommand({ runner, nodeArguments }: DetectedRunner, node: string, report: string, files: readonly string[]): string[] {
  const output = join(report, 'report');
  switch (runner) {
    case 'vitest':
      return [
        node,
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=json',
        `--outputFile=${output}`,
        '--coverage.enabled=false',
        ...files,
      ];
    case 'jest': {
      const only = files.length > 0 ? ['--runTestsByPath', ...files] : [];
      // With one worker jest runs the tests in its own process, where a test can end it, and sees our arguments as its own.
      return [
        node,
        'node_modules/jest/bin/jest.js',
        '--ci',
        '--json',
        `--outputFile=${output}`,
        '--coverage=false',
        '--maxWorkers=2',
        ...only,
      ];
    }
    case 'node:test': {
      const flags = `--test --test-timeout=${NODE_TEST_TIMEOUT_MS} --test-reporter=${join(report, 'reporter.mjs')} --test-reporter-destination=${output}`;
      // The repository's own arguments are shell words (globs, quotes): a shell reads them.
      if (files.length === 0) return ['bash', '-c', `exec "$0" ${flags} ${nodeArguments}`, node];
      const options = nodeArguments
        .split(/\s+/)
        .filter((word) => word.startsWith('-'))
        .join(' ');
      return ['bash', '-c', `exec "$0" ${flags} ${options} "$@"`, node, ...files.map((file) => `./${file}`)];
    }
  }
}

function interpret({ runner }: DetectedRunner, result: ExecResult, report: string | null, root: string): TestRun {
  const didNotRun = (reason: string, fault: 'agent' | 'environment' = 'agent'): TestRun => ({
    status: 'did-not-run',
    reason,
    fault,
    output: result.output.slice(-4000),
    wallMs: result.wallMs,
  });
  if (result.ending === 'timed-out') return didNotRun(`${runner} did not end within the time limit`);
  if (result.ending === 'not-started') return didNotRun(`${runner} could not be started`, 'environment');
  const setup = report === null ? new RegExp(`^${SETUP_FAILED}(.*)$`, 'm').exec(result.output)?.[1] : undefined;
  if (setup !== undefined) return didNotRun(setup);
  if (report === null) return didNotRun(`${runner} ended (${result.exitCode ?? 'killed'}) without a report`);
  try {
    const outcomes = runner === 'node:test' ? readNodeTestReport(report, root) : readJestReport(report, root);
    if (outcomes.length === 0) return didNotRun(`${runner} reported no test at all`);
    return { status: 'ran', runner, outcomes, exitCode: result.exitCode, wallMs: result.wallMs };
  } catch (error) {
    return didNotRun(
      `${runner} wrote a report that cannot be read: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`,
    );
  }
}
