/** A repository that brings a compiler of its own, for what a compiler may do. */
import { DEFAULT_SETUP, NO_USAGE, type RunAgent, type Task } from '#contracts';
import { taskFromCommits } from '#harness';
import type { useWorkshop } from '../helpers/workspaces.ts';

/** Does what is asked. */
export const opens: RunAgent = async ({ workspace }) => {
  await workspace.writeFile('src/open.ts', '');
  return { ending: { kind: 'submitted', summary: '' }, usage: NO_USAGE };
};

/** One milestone: to open. @param tsc the text of its compiler */
export async function taskWithCompiler(workshop: ReturnType<typeof useWorkshop>, tsc: string): Promise<Task> {
  const { repository, commits } = await workshop.repository(
    {
      files: {
        '.gitignore': 'node_modules\n',
        'package.json':
          '{ "private": true, "type": "module", "scripts": { "test": "node --test" }, "devDependencies": { "typescript": "file:./tools/typescript" } }\n',
        'tools/typescript/package.json': '{ "name": "typescript", "version": "0.0.1" }\n',
        'tools/typescript/bin/tsc': tsc,
        'tsconfig.json': '{}\n',
      },
    },
    {
      files: {
        'src/open.ts': '',
        'test/open.test.ts': "import { test } from 'node:test';\nimport '../src/open.ts';\n\ntest('it is open', () => {});\n",
      },
    },
  );
  const [commit = '', reference = ''] = commits;
  return await taskFromCommits(workshop.host, { repository, commit, references: [reference], setup: DEFAULT_SETUP });
}
