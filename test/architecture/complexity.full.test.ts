/** Against ESLint's own rule and SonarSource's plugin, function by function, on JavaScript that nobody here wrote. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Linter } from 'eslint';
import sonarjs from 'eslint-plugin-sonarjs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { textFactsBelow } from './text-facts.ts';
import { treeOf } from './trees.ts';

const NODE_MODULES = join(import.meta.dirname, '../../node_modules');
const corpora = [
  { name: 'eslint', folder: 'lib' },
  { name: 'knip', folder: 'dist' },
  { name: 'dependency-cruiser', folder: 'src' },
  { name: 'kysely', folder: 'dist' },
];

/** Texts by path, and what is read from them; a copy, because below `node_modules` nothing is a source. */
async function read({ name, folder: sources }: (typeof corpora)[number]) {
  const folder = await treeOf();
  await cp(join(NODE_MODULES, name, sources), join(folder, 'src'), { recursive: true, filter: (path) => !/\.([cm]?ts|map)$/.test(path) });
  const facts = await textFactsBelow(folder);
  return Promise.all(
    [...facts].map(async ([path, { functions }]) => ({ path, functions, text: await readFile(join(folder, path), 'utf8') })),
  );
}

test.each(corpora)('$name: cyclomatic complexity is that of the rule `complexity`', async (corpus) => {
  let functions = 0;
  for (const { path, text, functions: scored } of await read(corpus)) {
    const theirs = lint(text, { complexity: ['error', 0] }, /^(?!Class (field|static)).* has a complexity of (\d+)\./);
    const ours = scored.map(({ cyclomatic }) => cyclomatic);
    expect(
      ours.sort((a, b) => a - b),
      path,
    ).toEqual(theirs);
    functions += ours.length;
  }
  console.info(`${corpus.name}: ${functions} functions agree`);
  expect(functions).toBeGreaterThan(500);
});

test.each(corpora)('$name: cognitive complexity is that of SonarSource’s plugin, where it follows the paper', async (corpus) => {
  let functions = 0;
  let left = 0;
  for (const { path, text, functions: scored } of await read(corpus)) {
    const ours = scored.map(({ cognitive }) => cognitive);
    if (leavesThePaper(path, text)) {
      left += ours.length;
      continue;
    }
    const theirs = lint(text, { 'sonarjs/cognitive-complexity': ['error', 0] }, / Cognitive Complexity from (\d+) to/);
    const complex = ours.filter((cognitive) => cognitive > 0);
    expect(
      complex.sort((a, b) => a - b),
      path,
    ).toEqual(theirs);
    functions += ours.length;
  }
  console.info(`${corpus.name}: ${functions} functions agree, ${left} stand in files that the plugin reads otherwise`);
  expect(functions).toBeGreaterThan(100);
});

/** The numbers in all messages, from small to large. */
function lint(text: string, rules: Linter.RulesRecord, pattern: RegExp): number[] {
  const linter = new Linter();
  const messages = linter.verify(
    text,
    [
      {
        files: ['**/*'],
        plugins: { sonarjs: sonarjs as never },
        rules,
        linterOptions: { reportUnusedDisableDirectives: 'off', noInlineConfig: true },
      },
    ],
    { filename: 'file.js' },
  );
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.flatMap(({ message }) => pattern.exec(message)?.slice(-1).map(Number) ?? []).sort((a, b) => a - b);
}

/**
 * The plugin passes over `||` and over recursion, and after a branch of `?:` that is a function it counts one level too many
 * (it leaves the function before it leaves the branch).
 */
function leavesThePaper(path: string, text: string): boolean {
  let found = text.includes('||');
  const visit = (node: ts.Node, names: readonly string[]): void => {
    if (ts.isConditionalExpression(node)) found ||= [node.whenTrue, node.whenFalse].some((branch) => ts.isFunctionLike(bare(branch)));
    if (ts.isCallExpression(node)) found ||= names.includes(nameOf(node.expression));
    const own = ts.isFunctionLike(node) ? nameOf(node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined)) : '';
    ts.forEachChild(node, (child) => visit(child, own === '' ? names : [...names, own]));
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), []);
  return found;
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}

function nameOf(node: ts.Node | undefined): string {
  if (node && ts.isPropertyAccessExpression(node)) return node.name.text;
  return node && (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) ? node.text : '';
}
