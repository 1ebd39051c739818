/** The reference agent and the nothing agent. */

import { expect, test } from 'vitest';
import { createNothingAgent, createReferenceAgent } from '#agent';
import { NO_USAGE } from '#contracts';
import { useLibrary, work } from './lending-library.ts';

const library = useLibrary();

const patch = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => Buffer.from(text, encoding);

const CHANGE = `diff --git a/src/loan-period.ts b/src/loan-period.ts
--- a/src/loan-period.ts
+++ b/src/loan-period.ts
@@ -1,2 +1,2 @@
-export const loanDays = 28;
+export const loanDays = 14;
 
diff --git a/docs/history.md b/docs/history.md
new file mode 100644
--- /dev/null
+++ b/docs/history.md
@@ -0,0 +1 @@
+14 days since today.
`;

test('the reference agent lays the human change in', async () => {
  await using workspace = await library.open();
  const asked: string[] = [];
  const agent = createReferenceAgent({
    patchFor: async (milestone) => {
      asked.push(milestone);
      return patch(CHANGE);
    },
  });
  const { result, iterations } = await work(agent, workspace);
  expect(asked).toEqual(['shorten-loans']);
  expect(result).toEqual({
    ending: { kind: 'submitted', summary: 'The human change was applied.' },
    usage: { ...NO_USAGE, wallMs: expect.any(Number) },
  });
  expect(iterations).toEqual([]);
  expect(await workspace.readFile('src/loan-period.ts')).toMatch(/loanDays = 14;/);
  expect(await workspace.readFile('docs/history.md')).toBe('14 days since today.\n');
});

test('an empty human change is a change', async () => {
  await using workspace = await library.open();
  const { result } = await work(createReferenceAgent({ patchFor: async () => patch('') }), workspace);
  expect(result.ending.kind).toBe('submitted');
});

test('a human change in another encoding arrives byte for byte', async () => {
  await using workspace = await library.open();
  const agent = createReferenceAgent({ patchFor: async () => patch(CHANGE.replace('since today', "depuis l'été"), 'latin1') });
  await work(agent, workspace);
  const { output } = await workspace.exec(['od', '-An', '-c', 'docs/history.md']);
  expect(output.replace(/\s+/g, '')).toMatch(/depuisl'351t351\.\\n$/);
});

test('a human change that does not fit is a broken world', async () => {
  await using workspace = await library.open();
  const agent = createReferenceAgent({ patchFor: async () => patch(CHANGE.replace('loanDays = 28', 'loanDays = 21')) });
  await expect(work(agent, workspace)).rejects.toMatchObject({
    code: 'E_GIT_FAILED',
    message: expect.stringMatching(/milestone shorten-loans does not apply[\s\S]*patch failed: src\/loan-period\.ts:1/),
  });
  expect(await workspace.listFiles()).not.toContain('docs/history.md');
});

test('the nothing agent changes nothing', async () => {
  await using workspace = await library.open();
  const { result } = await work(createNothingAgent(), workspace);
  expect(result).toEqual({ ending: { kind: 'submitted', summary: 'Nothing was changed.' }, usage: NO_USAGE });
  expect((await workspace.freeze(workspace.start.commit)).tree).toBe(workspace.start.tree);
});

test.each([createNothingAgent(), createReferenceAgent({ patchFor: async () => patch(CHANGE) })])(
  'neither begins when cancelled',
  async (agent) => {
    await using workspace = await library.open();
    const reason = new Error('shutdown');
    await expect(work(agent, workspace, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  },
);
