/** Names of modules that lead somewhere else than they did. */

import type { ReadChange } from '../read-change.ts';
import { type Fact, newFacts, type Rule, type Violation, violation } from '../rule.ts';
import { settingsOf, stringsOf } from '../settings.ts';

const LIBRARY = /^(node:)?(assert|test)(\/strict)?$|^(vitest|jest|mocha|chai|expect|ava|tape)$/;
const TO_TESTS = /(^|\/|<rootDir>\/)(tests?|specs?|__tests__|__mocks__|support|doubles|mocks?|stubs?|fakes?)\//;

/**
 * A test that imports the unit it tests and gets another one tests nothing. Blocks: a name of an assertion library or a runner redirected to a file
 * of the tree, and a name that led to the program led into a folder of tests. Warns: any other name led there, a package.json in a folder of tests with imports of its own, one in a
 * folder of sources that names another main file. Ordinary aliases (`@/` to `src/`) are not mentioned.
 */
export const redirects: Rule = {
  name: 'redirected-module',
  find(change) {
    const aliases = newFacts(
      change,
      ({ kind }) => kind === 'config',
      (source) =>
        settingsOf(source).flatMap(({ key, value, text, line }): Fact[] => {
          const name = nameIn(key);
          if (name === null) return [];
          const targets = stringsOf(value);
          const to = targets.length > 0 ? targets.join(', ') : text;
          if (LIBRARY.test(name.replace(/[\^$]/g, '')) && /^['"]?[.<]|file:|link:/.test(to))
            return [{ key: `library ${name}`, path: source.path, line, text: `${name} -> ${to}` }];
          return TO_TESTS.test(to) &&
            !/\.(css|svg|png|jpe?g|less|scss|style)/i.test(name) &&
            !TO_TESTS.test(`${name.replace(/^[@~#^]\/?/, '')}/`) &&
            !/^[@~#]?(tests?|mocks?|fixtures)/.test(name)
            ? [{ key: `alias ${name}`, path: source.path, line, text: `${name} -> ${to}` }]
            : [];
        }),
    ).map((fact) =>
      fact.key.startsWith('library')
        ? violation(fact, 'gate', `${fact.key.slice(8)} leads to a file of the change instead of the package`)
        : ledElsewhere(change, fact)
          ? violation(fact, 'gate', `imports of ${fact.key.slice(6)} led to the program and lead into a folder of tests`)
          : violation(fact, 'warn', `imports of ${fact.key.slice(6)} lead into a folder of tests`),
    );
    return [...aliases, ...scopes(change)];
  },
};

/** The name that is redirected; it may hold dots itself. */
function nameIn(key: string): string | null {
  return /(?:^|\.)(?:alias|moduleNameMapper|paths|imports|overrides|resolutions)\.(.+)$/.exec(key)?.[1] ?? null;
}

/** By the file as it was: under this name, or under a pattern that takes it in. */
function ledElsewhere({ files }: ReadChange, { key, path }: Fact): boolean {
  const name = key.slice('alias '.length);
  const before = files.find((file) => file.path === path)?.source.before;
  return (before ? settingsOf(before) : []).some(({ key: known, value }) => {
    const pattern = nameIn(known);
    if (pattern === null || !stringsOf(value).some((to) => /^[.<]/.test(to) && !TO_TESTS.test(to))) return false;
    const [head = '', tail] = pattern.split('*');
    return tail === undefined ? name === pattern : head !== '' && name.startsWith(head) && name.endsWith(tail);
  });
}

function scopes({ files }: ReadChange): Violation[] {
  return files.flatMap(({ path, before, source }): Violation[] => {
    if (!path.endsWith('/package.json') || before !== null || source.after === undefined || /node_modules|fixtures?\//.test(path))
      return [];
    const settings = settingsOf(source.after);
    const inTests = /(^|\/)(tests?|specs?|__tests__)\/package\.json$/.test(path) && settings.some(({ key }) => key.startsWith('imports.'));
    const inSources =
      /(^|\/)(src|lib|source)\//.test(path) &&
      settings.find(({ key }) => /^(main|exports|imports)(\.|$)/.test(key)) !== undefined &&
      !settings.some(({ key }) => key === 'name' || key === 'version');
    if (!inTests && !inSources) return [];
    return [
      {
        fact: path,
        severity: 'warn',
        message: `${path} makes a package scope in which the same names lead elsewhere`,
        path,
        line: 1,
        witness: [`+ ${source.after.text.slice(1, 160)}`],
      },
    ];
  });
}
