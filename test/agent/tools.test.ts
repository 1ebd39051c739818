/** Each tool over a real workspace, with input that is good and input that is not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workspace } from '#workspace';
import { call, observe, useLibrary } from './lending-library.ts';

const library = useLibrary();
let workspace: Workspace;
beforeAll(async () => {
  workspace = await library.open();
  await observe(
    workspace,
    call('run_command', { command: 'ln -s /etc outside && ln -s src inside && ln -s nowhere dangling && printf "GIF\\0\\1" > cover.gif' }),
    call('write_file', { path: 'empty.txt', content: '' }),
    call('write_file', { path: 'windows.txt', content: 'one\r\ntwo\r\nthree\r\n' }),
    call('write_file', { path: 'straße/ünï.md', content: 'Bücher 📚 leihen\nBücher lesen' }),
    call('write_file', { path: 'long.txt', content: Array.from({ length: 900 }, (_, index) => `line ${index + 1}`).join('\n') }),
    call('write_file', { path: 'wide.txt', content: `${'📚'.repeat(400)}\n`.repeat(60) }),
    call('write_file', { path: 'nested/deep/twice.ts', content: 'const a = 1;\nconst b = 2;\nconst a2 = 1;\n' }),
  );
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** The one observation of one call. */
async function use(name: string, args: Record<string, unknown>): Promise<string> {
  const [text = ''] = await observe(workspace, call(name, args));
  return text;
}

describe('run_command', () => {
  test.each([
    ['echo out; echo err >&2', 'ok: exit code 0\nout\nerr'],
    ['exit 3', 'error: exit code 3\n(no output)'],
    ['cat', 'ok: exit code 0\n(no output)'],
    ['nonesuch', /^error: exit code 127\n.*nonesuch: command not found$/],
    ['kill -9 $$', /^error: killed from outside|^error: exit code 137/],
  ])('%s', async (command, expected) => {
    expect(await use('run_command', { command })).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('is killed after its time', async () => {
    expect(await use('run_command', { command: 'echo begun; sleep 60', timeoutSeconds: 1 })).toBe(
      'error: killed after 1 s, the time limit\nbegun',
    );
  });

  test('shortens a long output in the middle', async () => {
    const text = await use('run_command', { command: 'seq 1 100000' });
    expect(text).toMatch(
      /^ok: exit code 0\nThe middle of the output was left out: .*\n1\n2\n[\s\S]*\n\[\.\.\. \d+ characters left out \.\.\.\]\n[\s\S]*\n100000$/,
    );
    expect(text.length).toBeLessThan(10_500);
  });
});

describe('read_file', () => {
  test.each([
    [
      'a few lines',
      { path: 'src/catalogue.ts', startLine: 6, endLine: 7 },
      'ok: src/catalogue.ts, lines 6-7 of 16; go on with startLine 8\n    6  export class Catalogue {\n    7    readonly books: Book[] = [];',
    ],
    [
      'a leading ./',
      { path: './docs/rules.md', startLine: 3 },
      'ok: docs/rules.md, lines 3-3 of 3\n    3  A loan ends after `loanDays` days.',
    ],
    ['an empty file', { path: 'empty.txt' }, 'ok: empty.txt is empty.'],
    ['a file of Windows', { path: 'windows.txt' }, 'ok: windows.txt, lines 1-3 of 3\n    1  one\n    2  two\n    3  three'],
    [
      'names and text beyond ASCII',
      { path: 'straße/ünï.md' },
      'ok: straße/ünï.md, lines 1-2 of 2\n    1  Bücher 📚 leihen\n    2  Bücher lesen',
    ],
    ['a link inside', { path: 'inside/index.ts', endLine: 1 }, /^ok: inside\/index\.ts, lines 1-1 of 2/],
    ['a binary file', { path: 'cover.gif' }, 'rejected: cover.gif is a binary file.'],
    ['a missing file', { path: 'src/reader.ts' }, 'rejected: "src/reader.ts" does not exist.'],
    ['a folder', { path: 'src' }, 'rejected: "src" is a folder.'],
    ['a link that leads outside', { path: 'outside/passwd' }, 'rejected: "outside/passwd" leads outside the repository.'],
    ['a path outside', { path: '../control.git/HEAD' }, /^rejected: the arguments of read_file do not fit\. path: a path is relative/],
    ['an absolute path', { path: '/etc/passwd' }, /^rejected: the arguments of read_file do not fit\. path: a path is relative/],
    ['git itself', { path: '.git/config' }, /^rejected: the arguments of read_file do not fit\. path: a path is relative/],
    ['a line behind the end', { path: 'docs/rules.md', startLine: 9 }, 'rejected: docs/rules.md has only 3 lines.'],
    ['an end before the start', { path: 'docs/rules.md', startLine: 3, endLine: 1 }, 'rejected: endLine 1 lies before startLine 3.'],
  ])('%s', async (_, args, expected) => {
    expect(await use('read_file', args)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('shows 200 lines unless told otherwise, and at most 400', async () => {
    const byDefault = await use('read_file', { path: 'long.txt' });
    expect(byDefault).toMatch(/^ok: long\.txt, lines 1-200 of 900; go on with startLine 201\n[\s\S]*\n {2}200 {2}line 200$/);
    const asked = await use('read_file', { path: 'long.txt', startLine: 501, endLine: 900 });
    expect(asked).toMatch(/^ok: long\.txt, lines 501-\d+ of 900; go on/);
    expect((await use('read_file', { path: 'long.txt', endLine: 9_000 })).split('\n').length).toBeLessThanOrEqual(401);
  });

  test('ends a page of long lines with a whole line', async () => {
    const text = await use('read_file', { path: 'wide.txt' });
    expect(text.length).toBeLessThanOrEqual(6_000);
    expect(text).toMatch(/^ok: wide\.txt, lines 1-\d+ of 60; go on with startLine \d+\n/);
    expect(text).toMatch(/\[\.\.\. 800 characters in this line\]$/);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('search_text', () => {
  test.each([
    [
      'groups by file',
      { pattern: 'loanDays = \\d+|A loan' },
      'ok: 2 lines match\n\ndocs/rules.md\n    3  A loan ends after `loanDays` days.\n\nsrc/loan-period.ts\n    1  export const loanDays = 28;',
    ],
    ['one folder', { pattern: '(?i)EMMA', path: 'test' }, /^ok: 2 lines match in test\n\ntest\/desk\.test\.ts\n/],
    ['untracked files', { pattern: 'Bücher \\W+ leihen' }, 'ok: 1 lines match\n\nstraße/ünï.md\n    1  Bücher 📚 leihen'],
    ['line ends of Windows', { pattern: '^two' }, 'ok: 1 lines match\n\nwindows.txt\n    2  two'],
    [
      'the first of many',
      { pattern: '^line', maxResults: 2 },
      'ok: 900 lines match, the first 2 shown\n\nlong.txt\n    1  line 1\n    2  line 2',
    ],
    ['nothing', { pattern: 'microfilm' }, 'ok: no line matches microfilm'],
    ['no binary file', { pattern: 'GIF' }, 'ok: no line matches GIF'],
    ['a pattern like an option', { pattern: '--files-with-matches' }, 'ok: no line matches --files-with-matches'],
    ['a broken pattern', { pattern: '(' }, /^rejected: git grep refused\. fatal: .*parenthesis/],
    ['a path outside', { pattern: 'root', path: '../..' }, /^rejected: the arguments of search_text do not fit/],
    ['a link that leads outside', { pattern: 'root', path: 'outside/passwd' }, /^(rejected: git grep refused|ok: no line matches)/],
    ['a path with magic', { pattern: 'loan', path: ':(exclude)docs' }, /^ok: no line matches/],
    ['too many results', { pattern: 'loan', maxResults: 1_000 }, /^rejected: the arguments of search_text do not fit\. maxResults: /],
  ])('%s', async (_, args, expected) => {
    expect(await use('search_text', args)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('a pattern that would run for ever is refused', async () => {
    await use('write_file', { path: 'trap.txt', content: `${'a'.repeat(50_000)}b` });
    const startedAt = performance.now();
    expect(await use('search_text', { pattern: '(a+)+$', path: 'trap.txt' })).toMatch(/^(rejected: |ok: no line matches)/);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});

describe('edit_file', () => {
  test('replaces the passage and nothing else', async () => {
    const before = await workspace.readFile('src/desk.ts');
    const edit = { path: 'src/desk.ts', oldText: "'not here'", newText: "'on $& loan $1'" };
    expect(await use('edit_file', edit)).toBe('ok: src/desk.ts changed at line 17');
    expect(await workspace.readFile('src/desk.ts')).toBe(before.replace("'not here'", () => "'on $& loan $1'"));
    expect(await use('edit_file', edit)).toBe(
      'ok: already applied: newText stands in src/desk.ts at line 17, oldText nowhere. Nothing was changed.',
    );
    await workspace.writeFile('src/desk.ts', before);
  });

  test('keeps the line ends of Windows', async () => {
    await use('edit_file', { path: 'windows.txt', oldText: 'one\ntwo', newText: 'one\n1.5\ntwo' });
    expect(await workspace.readFile('windows.txt')).toBe('one\r\n1.5\r\ntwo\r\nthree\r\n');
    await use('edit_file', { path: 'windows.txt', oldText: '1.5\r\n', newText: '' });
    expect(await workspace.readFile('windows.txt')).toBe('one\r\ntwo\r\nthree\r\n');
  });

  test('changes text beyond ASCII', async () => {
    await use('edit_file', { path: 'straße/ünï.md', oldText: '📚 leihen', newText: '📖 leihen' });
    expect(await workspace.readFile('straße/ünï.md')).toBe('Bücher 📖 leihen\nBücher lesen');
    await use('edit_file', { path: 'straße/ünï.md', oldText: '📖', newText: '📚' });
  });

  const twice = 'nested/deep/twice.ts';
  test.each([
    [
      'a passage that is not unique',
      { path: twice, oldText: '= 1;', newText: '= 3;' },
      `rejected: oldText occurs 2 times in ${twice}, on lines 1, 3. Nothing was changed. Give more lines around the one you mean.`,
    ],
    ['a passage that overlaps itself', { path: 'wide.txt', oldText: '📚📚', newText: '' }, /^rejected: oldText occurs \d+ times/],
    [
      'a passage that is not there',
      { path: 'src/catalogue.ts', oldText: 'find(title: string): Book | null {\n  return null;', newText: 'x' },
      'rejected: oldText does not occur in src/catalogue.ts. Nothing was changed. The closest lines are:\n   13    find(title: string): Book | undefined {\n   14      return this.books.find((book) => book.title === title);',
    ],
    [
      'a passage unlike any other',
      { path: twice, oldText: 'zebra', newText: 'x' },
      `rejected: oldText does not occur in ${twice}. Nothing was changed. No line of the file resembles it.`,
    ],
    ['a new text that proves nothing', { path: twice, oldText: 'zebra', newText: '= 1' }, /^rejected: oldText does not occur/],
    [
      'no change',
      { path: twice, oldText: 'const b', newText: 'const b' },
      'rejected: oldText and newText are equal, so there is nothing to change.',
    ],
    ['an empty passage', { path: twice, oldText: '', newText: 'x' }, /^rejected: the arguments of edit_file do not fit\. oldText: /],
    [
      'an empty file',
      { path: 'empty.txt', oldText: 'x', newText: 'y' },
      'rejected: oldText does not occur in empty.txt. Nothing was changed. No line of the file resembles it.',
    ],
    ['a binary file', { path: 'cover.gif', oldText: 'GIF', newText: 'PNG' }, 'rejected: cover.gif is not plain UTF-8 text.'],
    ['a missing file', { path: 'src/reader.ts', oldText: 'x', newText: 'y' }, 'rejected: "src/reader.ts" does not exist.'],
    [
      'a link that leads outside',
      { path: 'outside/passwd', oldText: 'root', newText: 'toor' },
      'rejected: "outside/passwd" leads outside the repository.',
    ],
  ])('refuses %s', async (_, args, expected) => {
    const before = await workspace.readFile(twice);
    expect(await use('edit_file', args)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    expect(await workspace.readFile(twice)).toBe(before);
  });
});

describe('write_file', () => {
  test.each([
    [
      'a new file in new folders',
      { path: 'src/desk/front/bell.ts', content: 'export const bell = 1;\n' },
      'ok: src/desk/front/bell.ts written, 1 lines',
    ],
    ['over a file', { path: 'empty.txt', content: '' }, 'ok: empty.txt written, 0 lines'],
    ['over a folder', { path: 'src', content: '' }, /^rejected: "src" is a folder/],
    [
      'through a link that leads outside',
      { path: 'outside/longhaul-was-here', content: '' },
      'rejected: "outside/longhaul-was-here" leads outside the repository.',
    ],
    ['through a link to nowhere', { path: 'dangling', content: '' }, 'rejected: "dangling" is a link to nowhere.'],
    ['outside', { path: '../escaped.txt', content: '' }, /^rejected: the arguments of write_file do not fit\. path: /],
    ['into git', { path: '.git/hooks/post-checkout', content: '' }, /^rejected: the arguments of write_file do not fit\. path: /],
  ])('%s', async (_, args, expected) => {
    expect(await use('write_file', args)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});

describe('run_tests', () => {
  test('reports the counts of all tests, or of some files', async () => {
    expect(await use('run_tests', {})).toBe('ok: 3 passed, 0 failed, 0 skipped');
    expect(await use('run_tests', { files: ['test/loan-period.test.ts'] })).toBe('ok: 1 passed, 0 failed, 0 skipped');
  });

  test('shows at most five failures, in 2,500 characters', async () => {
    const failing = Array.from({ length: 7 }, (_, index) => `test('case ${index}', () => { throw new Error('${'long '.repeat(300)}'); });`);
    await use('write_file', { path: 'test/bad.test.ts', content: `import { test } from 'node:test';\n${failing.join('\n')}\n` });
    const text = await use('run_tests', { files: ['test/bad.test.ts'] });
    expect(text).toMatch(/^ok: 0 passed, 7 failed, 0 skipped\n\nFAILED test\/bad\.test\.ts > case 0\n.*long long/);
    expect(text.match(/FAILED/g)).toHaveLength(5);
    expect(text).toMatch(/and 2 more failures$/);
    expect(text.length).toBeLessThanOrEqual(2_500);
    await use('run_command', { command: 'rm test/bad.test.ts' });
  });

  test('says why nothing ran', async () => {
    expect(await use('run_tests', { files: ['../other.test.ts'] })).toMatch(
      /^rejected: the arguments of run_tests do not fit\. files\[0\]: /,
    );
    expect(await use('run_tests', { files: [] })).toMatch(/^rejected: the arguments of run_tests do not fit\. files: /);
    await use('run_command', { command: 'mv test node_modules' });
    expect(await use('run_tests', {})).toMatch(/^error: the tests did not run: node:test /);
    await use('run_command', { command: 'mv node_modules test' });
  });
});
