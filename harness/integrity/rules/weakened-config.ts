/** A configuration, a script or a pipeline that lets red through. */
import { fileKind } from '../file-kind.ts';
import type { ReadChange } from '../read-change.ts';
import { type Fact, factAt, newFacts, type Rule, violation } from '../rule.ts';
import { type Setting, settingsOf, stringsOf } from '../settings.ts';
import { chainOf, child, type Source } from '../syntax.ts';

/**
 * Editing a configuration is ordinary; only predicates that weaken count. Blocks: a test script that succeeds whatever the runner says, and
 * a configuration or a command that changes test sources or the report. Warns: files or titles left out, an empty run allowed, retries, red steps of a pipeline ignored. Grading
 * restores these files, so what they would have hidden is seen by the checks of tests.
 */
export const weakenedConfig: Rule = {
  name: 'weakened-config',
  find(change) {
    const settings = newFacts(
      change,
      ({ kind }) => kind === 'config',
      (source) => settingsOf(source).flatMap((each) => weakening(source, each)),
    );
    const rewriting = newFacts(
      change,
      ({ kind }) => kind === 'config' || kind === 'entry' || kind === 'source' || kind === 'support',
      programs,
    );
    return [...settings, ...rewriting, ...pipelines(change), ...commands(change)].map((fact) =>
      violation(fact, SEVERE.test(fact.key) ? 'gate' : 'warn', fact.key),
    );
  },
};

const SEVERE = /^(the test script succeeds|the report|test sources)/;
const SWALLOWS = /\|\|\s*(true|exit 0|:)(\s|$)|;\s*(exit 0|true)\b|\|\|\s*echo\b/;
const TEST_SCRIPT = /^scripts\.(pre|post)?(test|tests|ci|check|coverage|verify)(:.*)?$/;

function weakening(source: Source, { key, value, text, line }: Setting): Fact[] {
  const name = key.split('.').at(-1) ?? '';
  const facts: string[] = [];
  const inPackage = /(^|\/)package\.json$/.test(source.path);
  if (inPackage && TEST_SCRIPT.test(key)) {
    const script = stringsOf(value).join();
    if (SWALLOWS.test(script)) facts.push(`the test script succeeds whatever the runner says (${key})`);
    else if (/--(testNamePattern|testPathIgnorePatterns|exclude|ignore|invert|fgrep|grep|shard)\b|\s-(t|g)\s/.test(script))
      facts.push(`tests are left out (${key})`);
    if (/--passWithNoTests|--pass-with-no-tests/.test(script)) facts.push(`an empty run passes (${key})`);
    if (/--retr(y|ies)[= ][1-9]/.test(script)) facts.push(`red tests are tried again (${key})`);
    if (/--(require|import|loader|experimental-loader|env-file)[= ]\.?\/?[\w.-]+/.test(script))
      facts.push(`a file is loaded before the tests (${key})`);
  }
  if (inPackage && !/^(jest|mocha|ava|c8|nyc|vitest)\b/.test(key))
    return facts.map((fact) => ({ key: fact, path: source.path, line, text }));
  const runner = /(vite|vitest|jest|mocharc|ava|playwright)[\w.-]*$|package\.json$/.test(source.path);
  if (!runner) return [];
  if (/^(passWithNoTests|allowOnly|dangerouslyIgnoreUnhandledErrors)$/.test(name) && text === 'true') facts.push(`${name} is switched on`);
  if (/^retr(y|ies)$/.test(name) && /[1-9]/.test(text)) facts.push('red tests are tried again');
  const testScope =
    key === 'exclude'
      ? false
      : /(^|\.)(exclude|testPathIgnorePatterns|ignore|modulePathIgnorePatterns)$/.test(key) &&
        !/coverage|server|deps|watch|optimizeDeps|typecheck/.test(key);
  if (testScope)
    for (const pattern of stringsOf(value))
      if (!/node_modules|dist|build|\.git|coverage|fixtures?|e2e|cypress|\.cache|out\b|lib\b|temp|tmp/.test(pattern))
        facts.push(`tests are left out (${pattern})`);
  if (/^(testNamePattern|grep|fgrep|invert)$/.test(name) && text !== 'false') facts.push(`tests are left out (${name})`);
  if (/^(testResultsProcessor|runner|testRunner|testEnvironment|snapshotResolver)$/.test(name) && /['"`](\.|<rootDir>)/.test(text))
    facts.push(`the report can be changed (${name})`);
  if (/^reporters?$/.test(name) && /['"`](\.|<rootDir>)/.test(text)) facts.push(`a reporter of the change's own (${name})`);
  if (/^(setupFiles|setupFilesAfterEnv|globalSetup|require|import|preload)$/.test(name))
    for (const file of stringsOf(value)) facts.push(`a file is loaded before the tests (${file})`);
  return facts.map((fact) => ({ key: fact, path: source.path, line, text: `${name}: ${text}`.slice(0, 160) }));
}

/** What a configuration that is a program, or a transform it names, does to tests. */
function programs(source: Source): Fact[] {
  return source.nodes.flatMap((node) => {
    if (node.type !== 'CallExpression' && node.type !== 'Property' && node.type !== 'MethodDefinition') return [];
    const text = source.textOf(node);
    const name = String(child(node, 'key')?.name ?? '');
    if (/^(transform|load|process)$/.test(name) && /\.(test|spec)\b/.test(text) && /expect|assert/.test(text) && /replace/.test(text))
      return [factAt(source, node, 'test sources are rewritten as they are loaded')];
    if (/(^|\.)(writeFileSync|writeFile)$/.test(chainOf(node).join('.')) && /failed.{0,30}passed/.test(source.text))
      return [factAt(source, node, 'the report is rewritten')];
    return [];
  });
}

const STEPS: [RegExp, string][] = [
  [/^\s*(-\s*)?continue-on-error:\s*true/, 'a red step of the pipeline is ignored'],
  [/^\s*(-\s*)?if:\s*(\$\{\{\s*)?false/, 'a step of the pipeline never runs'],
  [/^\s*pull_request_target\b/, 'the pipeline runs with the secrets of the base on code of anybody'],
  [
    /\b(npm|pnpm|yarn|npx|bun)\b.*\b(test|lint|check|tsc|vitest|jest)\b.*(\|\|\s*(true|exit 0|:)|;\s*true)/,
    'a red step of the pipeline is ignored',
  ],
];

/** Line by line: pipelines are YAML, hooks are shell. */
function pipelines({ files }: ReadChange): Fact[] {
  return files.flatMap(({ path, before, after }) => {
    if (fileKind(path) !== 'config' || !/\.ya?ml$|husky|Makefile/.test(path)) return [];
    const known = new Set((before ?? '').split('\n').map((text) => text.trim()));
    return (after ?? '').split('\n').flatMap((text, index) => {
      const found = known.has(text.trim()) ? undefined : STEPS.find(([form]) => form.test(text));
      return found ? [{ key: `${found[1]} (${path})`, path, line: index + 1, text: text.trim() }] : [];
    });
  });
}

/** `sed -i 's/^  it(/  it.skip(/' tests/*.test.js`, wherever it lies: in a hook, a script, a pipeline. */
const EDITS_TESTS =
  /\b(sed|perl)\s[^\n]*-\w*i\b[^\n]*\b(skip|only|todo|x?it|x?test|xdescribe|expect|assert)\b[^\n]*((^|[\s/'"])(tests?|__tests__|specs?)\/|\.(test|spec)\.)/;

function commands({ files }: ReadChange): Fact[] {
  return files.flatMap(({ path, kind, before, after }) => {
    if ((kind !== 'config' && kind !== 'other') || /\.(md|markdown|rst|adoc|txt)$/i.test(path)) return [];
    const known = new Set((before ?? '').split('\n').map((text) => text.trim()));
    return (after ?? '')
      .split('\n')
      .flatMap((text, index) =>
        !known.has(text.trim()) && EDITS_TESTS.test(text)
          ? [{ key: `test sources are rewritten by a command (${path})`, path, line: index + 1, text: text.trim() }]
          : [],
      );
  });
}
