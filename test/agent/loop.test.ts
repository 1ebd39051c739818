/** The loop: what ends it, what the model is told on the way, and what is recorded. */

import { expect, test } from 'vitest';
import type { ModelMessage, ModelRequest, ModelUsage } from '#agent';
import { Iteration, LonghaulError } from '#contracts';
import { call, play, SUBMIT, scripted, talking, useLibrary, work } from './lending-library.ts';

const library = useLibrary();

const FREE: ModelUsage = { promptTokens: 10, cachedTokens: 4, completionTokens: 2, costUsd: 0.5, costSource: 'reported' };
const look = call('run_command', { command: 'cat package.json | head -2' });

test('a change is made, recorded turn by turn, and submitted', async () => {
  await using workspace = await library.open();
  const edit = { path: 'src/loan-period.ts', oldText: 'loanDays = 28', newText: 'loanDays = 14' };
  const { result, iterations } = await play(
    [
      { content: 'I look first.', toolCalls: [call('read_file', { path: 'src/loan-period.ts', endLine: 1 })] },
      { content: 'Now the change.', toolCalls: [call('edit_file', edit), look] },
      { toolCalls: [call('submit', { summary: 'Loans last 14 days.' })] },
    ],
    workspace,
  );
  expect(result.ending).toEqual({ kind: 'submitted', summary: 'Loans last 14 days.' });
  expect(await workspace.readFile('src/loan-period.ts')).toMatch(/^export const loanDays = 14;\n/);
  expect(iterations.map((iteration) => Iteration.parse(iteration))).toEqual(iterations);
  expect(iterations.map(({ index, content }) => ({ index, content }))).toEqual([
    { index: 0, content: 'I look first.' },
    { index: 1, content: 'Now the change.' },
    { index: 2, content: '' },
  ]);
  expect(iterations[1]?.actions).toEqual([
    { tool: 'edit_file', arguments: edit },
    { tool: 'run_command', arguments: look.arguments },
  ]);
  expect(iterations.map(({ observations }) => observations.map(({ status, text }) => [status, text]))).toEqual([
    [['ok', 'ok: src/loan-period.ts, lines 1-1 of 10; go on with startLine 2\n    1  export const loanDays = 28;']],
    [
      ['ok', 'ok: src/loan-period.ts changed at line 1'],
      ['ok', 'ok: exit code 0\n{\n  "name": "lending-library",'],
    ],
    [['ok', 'ok: submitted']],
  ]);
});

test('a replay is billed by the text that was sent and answered', async () => {
  await using workspace = await library.open();
  const { result, iterations } = await play([{ content: 'x'.repeat(400) }, SUBMIT], workspace);
  const [first, second] = iterations.map((iteration) => iteration.usage);
  expect(first).toMatchObject({ modelCalls: 1, completionTokens: 100, cachedTokens: 0, costSource: 'estimated' });
  // The second prompt holds the first one, its answer, and the remark about the missing call.
  expect(second?.promptTokens).toBeGreaterThan((first?.promptTokens ?? 0) + 100);
  expect(result.usage).toMatchObject({
    modelCalls: 2,
    promptTokens: (first?.promptTokens ?? 0) + (second?.promptTokens ?? 0),
    completionTokens: (first?.completionTokens ?? 0) + (second?.completionTokens ?? 0),
    costSource: 'estimated',
  });
  const { promptTokens, completionTokens } = result.usage;
  expect(result.usage.costUsd).toBeCloseTo((promptTokens * 0.3 + completionTokens * 1.2) / 1e6, 12);
});

test('the model is told the request, the interface and the fixed list of tools', async () => {
  await using workspace = await library.open();
  const requests: ModelRequest[] = [];
  const agent = talking(async (request) => {
    requests.push({ ...request, messages: [...request.messages] });
    return { content: '', toolCalls: [{ id: 'a', name: 'submit', arguments: { summary: 'done' } }], usage: FREE, finish: 'tool-calls' };
  });
  const signature = 'export function remind(book: Book): string;';
  await work(agent, workspace, {
    request: {
      title: 'Remind {{request}} readers',
      request: 'Use $& and {{interface}} as they are.',
      interface: [{ name: 'remind', path: 'src/desk.ts', signature }],
    },
  });
  const [system, user] = requests[0]?.messages ?? [];
  expect(system?.content).toMatch(/^You are a software engineer\./);
  expect(user).toEqual({
    role: 'user',
    content: [
      '# Remind {{request}} readers',
      'Use $& and {{interface}} as they are.',
      '## Interface',
      'Tests use these names. Declare each one in the named file, exactly as written here.',
      '- `remind` in `src/desk.ts`:',
      `  \`\`\`ts\n  ${signature}\n  \`\`\``,
    ].join('\n\n'),
  } satisfies ModelMessage);
  const tools = requests[0]?.tools ?? [];
  expect(tools.map((tool) => tool.name)).toEqual([
    'run_command',
    'read_file',
    'search_text',
    'edit_file',
    'write_file',
    'rename_symbol',
    'run_tests',
    'submit',
  ]);
  expect(tools.map(({ parameters }) => [parameters.type, parameters.additionalProperties])).toEqual(tools.map(() => ['object', false]));
  expect(tools.find((tool) => tool.name === 'submit')?.parameters).toMatchObject({
    properties: { summary: { type: 'string', minLength: 1 } },
    required: ['summary'],
  });
});

test('every call is answered by its id, whatever it asks for', async () => {
  await using workspace = await library.open();
  const conversation: ModelMessage[][] = [];
  const agent = talking(async ({ messages }) => {
    conversation.push([...messages]);
    const toolCalls =
      conversation.length === 1
        ? [
            { id: 'one', name: 'fly', arguments: {} },
            { id: 'two', name: 'edit_file', arguments: '{"path": "src' },
            { id: 'three', name: 'read_file', arguments: { path: 'src/desk.ts', startLine: '3' } },
            { id: 'four', name: 'write_file', arguments: { path: 'a.txt' } },
            { id: 'five', name: 'submit', arguments: { summary: 'x', confidence: 1 } },
          ]
        : [{ id: 'six', name: 'submit', arguments: { summary: 'done' } }];
    return { content: '', toolCalls, usage: FREE, finish: 'tool-calls' };
  });
  const { iterations } = await work(agent, workspace);
  expect(iterations[0]?.observations.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(conversation[1]?.slice(3)).toEqual([
    {
      role: 'tool',
      toolCallId: 'one',
      content:
        'rejected: there is no tool "fly". The tools are: run_command, read_file, search_text, edit_file, write_file, rename_symbol, run_tests, submit.',
    },
    {
      role: 'tool',
      toolCallId: 'two',
      content: 'rejected: the arguments of edit_file do not fit. Invalid input: expected object, received string',
    },
    {
      role: 'tool',
      toolCallId: 'three',
      content: 'rejected: the arguments of read_file do not fit. startLine: Invalid input: expected number, received string',
    },
    { role: 'tool', toolCallId: 'four', content: 'rejected: the arguments of write_file do not fit. content: is missing' },
    { role: 'tool', toolCallId: 'five', content: 'rejected: the arguments of submit do not fit. Unrecognized key: "confidence"' },
  ]);
});

test('nothing is executed after a submit', async () => {
  await using workspace = await library.open();
  const late = call('write_file', { path: 'late.txt', content: 'late' });
  const { iterations } = await play([{ toolCalls: [...(SUBMIT.toolCalls ?? []), late] }], workspace);
  expect(iterations[0]?.observations.map(({ text }) => text)).toEqual([
    'ok: submitted',
    'rejected: not executed, because the change was already submitted',
  ]);
  expect(await workspace.listFiles()).not.toContain('late.txt');
});

test('three answers in a row without a call end it', async () => {
  await using workspace = await library.open();
  const { result, iterations } = await play(
    [{ content: 'Hm.' }, { content: 'Hm.' }, { toolCalls: [look] }, { content: 'Hm.' }, { content: 'Hm.' }, { content: 'Hm.' }, SUBMIT],
    workspace,
  );
  expect(result.ending).toEqual({ kind: 'gave-up', reason: '3 answers in a row without a tool call' });
  expect(iterations.map(({ actions }) => actions.length)).toEqual([0, 0, 1, 0, 0, 0]);
});

test('an answer cut at the output limit is not acted upon', async () => {
  await using workspace = await library.open();
  let turn = 0;
  const agent = talking(async ({ messages }) => {
    turn += 1;
    if (turn === 1) {
      const half = { id: 'half', name: 'write_file', arguments: { path: 'half.txt', content: 'ha' } };
      return { content: '', toolCalls: [half], usage: FREE, finish: 'length' };
    }
    if (turn === 2) return { content: 'so long', toolCalls: [], usage: FREE, finish: 'length' };
    expect(messages.at(-1)).toMatchObject({ role: 'user', content: expect.stringMatching(/^Your answer was cut at your output limit/) });
    return { content: '', toolCalls: [{ id: 'end', name: 'submit', arguments: { summary: 'done' } }], usage: FREE, finish: 'tool-calls' };
  });
  const { iterations } = await work(agent, workspace);
  expect(iterations[0]?.observations[0]).toMatchObject({ status: 'rejected', text: expect.stringMatching(/cut at your output limit/) });
  expect(await workspace.listFiles()).not.toContain('half.txt');
});

test('the limit of iterations ends it', async () => {
  await using workspace = await library.open();
  const { result, iterations } = await play([{ toolCalls: [look] }, { toolCalls: [look] }, SUBMIT], workspace, {
    limits: { maxIterations: 2 },
  });
  expect(result.ending).toEqual({ kind: 'limit', limit: 'iterations' });
  expect(iterations).toHaveLength(2);
});

test('the limit of cost ends it, as soon as it is reached', async () => {
  await using workspace = await library.open();
  const { result, iterations } = await play([{ toolCalls: [look] }, SUBMIT], workspace, { limits: { maxCostUsd: 0.000001 } });
  expect(result.ending).toEqual({ kind: 'limit', limit: 'cost' });
  expect(iterations).toHaveLength(1);
});

test('an unknown cost reaches no limit and stays unknown', async () => {
  await using workspace = await library.open();
  let turn = 0;
  const agent = talking(async () => {
    turn += 1;
    const toolCalls = [{ id: `${turn}`, ...(turn < 3 ? look : call('submit', { summary: 'done' })) }];
    return { content: '', toolCalls, usage: { ...FREE, costUsd: null, costSource: 'unknown' }, finish: 'tool-calls' };
  });
  const { result } = await work(agent, workspace, { limits: { maxCostUsd: 0.01 } });
  expect(result.ending.kind).toBe('submitted');
  expect(result.usage).toMatchObject({ costUsd: null, costSource: 'unknown', promptTokens: 30, cachedTokens: 12 });
});

test('the limit of wall time ends a command in flight, and the turn is still recorded', async () => {
  await using workspace = await library.open();
  const { result, iterations } = await play([{ toolCalls: [call('run_command', { command: 'sleep 60' }), look] }, SUBMIT], workspace, {
    limits: { maxWallMs: 1_500 },
  });
  expect(result.ending).toEqual({ kind: 'limit', limit: 'wall-time' });
  expect(result.usage.wallMs).toBeLessThan(20_000);
  expect(iterations[0]?.observations.map(({ status, text }) => [status, text])).toEqual([
    ['error', 'error: stopped at the wall-time limit'],
    ['error', 'error: stopped at the wall-time limit'],
  ]);
});

test('the limit of wall time ends a model call in flight', async () => {
  await using workspace = await library.open();
  const agent = talking(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  // The limit's timer keeps no process alive; here nothing else would.
  const alive = setTimeout(() => {}, 60_000);
  const { result } = await work(agent, workspace, { limits: { maxWallMs: 200 } });
  clearTimeout(alive);
  expect(result.ending).toEqual({ kind: 'limit', limit: 'wall-time' });
});

test('cancelling ends a command in flight with the reason given', async () => {
  await using workspace = await library.open();
  const reason = new Error('the worker shuts down');
  const controller = new AbortController();
  const command = 'touch started; sleep 60';
  const working = play([{ toolCalls: [call('run_command', { command }), look] }, SUBMIT], workspace, { signal: controller.signal });
  const rejected = expect(working).rejects.toBe(reason);
  while (!(await workspace.listFiles()).includes('started')) await new Promise((resolve) => setTimeout(resolve, 50));
  const startedAt = performance.now();
  controller.abort(reason);
  await rejected;
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('cancelling ends a rename in flight with the reason given', async () => {
  await using workspace = await library.open();
  const reason = new Error('the worker shuts down');
  const controller = new AbortController();
  const rename = call('rename_symbol', { path: 'src/loan-period.ts', symbol: 'loanDays', newName: 'lendingDays' });
  const agent = talking(async () => {
    setTimeout(() => controller.abort(reason), 100);
    return { content: '', toolCalls: [{ id: 'a', ...rename }], usage: FREE, finish: 'tool-calls' };
  });
  await expect(work(agent, workspace, { signal: controller.signal })).rejects.toBe(reason);
  expect(await workspace.readFile('src/loan-period.ts')).toMatch(/loanDays = 28/);
});

test('a script that runs dry, or knows nothing of the milestone, is malformed', async () => {
  await using workspace = await library.open();
  await expect(play([{ toolCalls: [look] }], workspace)).rejects.toMatchObject({
    code: 'E_SCRIPT_MALFORMED',
    message: 'The model script ran dry: milestone "shorten-loans" has 1 turns and none of them ended it.',
  });
  await expect(play([SUBMIT], workspace, { request: { id: 'lend-records' } })).rejects.toMatchObject({
    code: 'E_SCRIPT_MALFORMED',
    message: 'The model script has no turns for milestone "lend-records"; it has: shorten-loans.',
  });
});

test('the same agent plays a milestone again from its first turn', async () => {
  await using workspace = await library.open();
  const agent = scripted([{ toolCalls: [look] }, SUBMIT]);
  expect((await work(agent, workspace)).iterations).toHaveLength(2);
  expect((await work(agent, workspace)).iterations).toHaveLength(2);
});

test('what breaks the world is not hidden from the caller', async () => {
  await using workspace = await library.open();
  const unreachable = new TypeError('fetch failed');
  await expect(
    work(
      talking(() => Promise.reject(unreachable)),
      workspace,
    ),
  ).rejects.toBe(unreachable);
  const full = new LonghaulError('E_DISK_FULL', 'writing a.txt: no space left');
  const broken = { ...workspace, writeFile: () => Promise.reject(full) };
  const write = call('write_file', { path: 'a.txt', content: '' });
  await expect(play([{ toolCalls: [write] }], workspace, { workspace: broken })).rejects.toBe(full);
});
