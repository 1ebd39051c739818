/** Runs one shell command in the repository and returns its output, shortened. */
import { z } from 'zod';
import { defineTool } from './tool.ts';

const MAX_OUTPUT_CHARS = 10_000;

export const runCommand = defineTool({
  name: 'run_command',
  description:
    'Run a command with bash in the root of the repository. The command gets no input and must end by itself. Prefer the other tools where they fit.',
  input: z.strictObject({
    command: z.string().min(1).describe('For example: npx tsc --noEmit'),
    timeoutSeconds: z.int().positive().optional().describe('The command is killed after this time.'),
  }),
  maxResultChars: MAX_OUTPUT_CHARS + 500,
  async execute({ command, timeoutSeconds }, { workspace, limits, signal }) {
    const timeoutMs = Math.min((timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000, limits.commandTimeoutMs);
    const result = await workspace.exec(['bash', '-c', command], { timeoutMs, signal, maxOutputChars: MAX_OUTPUT_CHARS });
    const lines = [describeEnding()];
    if (result.omittedChars > 0) {
      lines.push('The middle of the output was left out: use grep, head or tail, or write it to a file and read_file the part you need.');
    }
    lines.push(result.output.trimEnd() || '(no output)');
    return { status: result.exitCode === 0 ? 'ok' : 'error', text: lines.join('\n') };

    function describeEnding(): string {
      switch (result.ending) {
        case 'exited':
          return `exit code ${result.exitCode}`;
        case 'timed-out':
          return `killed after ${timeoutMs / 1000} s, the time limit`;
        case 'out-of-memory':
          return `killed at the memory limit, ${limits.maxMemoryMb} MiB`;
        case 'signalled':
          return 'killed from outside';
        case 'not-started':
          return 'bash could not be started';
      }
    }
  },
});
