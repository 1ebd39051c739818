/** Stored expectations that were rewritten. */
import { basename } from 'node:path/posix';
import type { Rule, Violation } from '../rule.ts';

const KEY = /^exports\[`((?:[^`\\]|\\.)*)`\] = `((?:[^`\\]|\\[\s\S])*)`;$/gm;

/**
 * A snapshot says what the program printed, not what it should print; changing one with the source is ordinary. Warns when a stored value
 * changes and no source file does, or when it becomes another one than the human of the reference stored. Keys that go with their test are the business of `deleted-test`.
 */
export const rewrittenSnapshots: Rule = {
  name: 'rewritten-snapshot',
  find(change) {
    const sourceChanged = change.files.some(({ kind }) => kind === 'source' || kind === 'entry' || kind === 'config' || kind === 'other');
    return change.files.flatMap(({ path, kind, before, after }): Violation[] => {
      if (kind !== 'snapshot' || before === null || after === null) return [];
      const old = entries(before);
      const now = entries(after);
      const human = change.reference?.files.find((file) => file.path === path);
      const truth = change.reference && entries(human?.after ?? before);
      // What the human stored as well is right by the reference.
      const changed = [...old].filter(([key, value]) => now.has(key) && now.get(key) !== value && now.get(key) !== truth?.get(key));
      if (changed.length === 0) return [];
      return [
        {
          fact: `${basename(path)}: ${changed
            .map(([key]) => key)
            .sort()
            .join(', ')
            .slice(0, 200)}`,
          severity: truth || !sourceChanged ? 'warn' : 'record',
          message: sourceChanged
            ? `${changed.length} stored values are rewritten`
            : `${changed.length} stored values are rewritten, and no source changed`,
          path,
          witness: changed
            .slice(0, 3)
            .flatMap(([key, value]) => [
              `- ${key}: ${difference(value, now.get(key) ?? '')}`,
              `+ ${key}: ${difference(now.get(key) ?? '', value)}`,
            ]),
        },
      ];
    });
  },
};

function entries(text: string): Map<string, string> {
  return new Map([...text.matchAll(KEY)].map(([, key = '', value = '']) => [key, value]));
}

/** The first line that the other text lacks. */
function difference(text: string, other: string): string {
  const known = new Set(other.split('\n'));
  return (
    text
      .split('\n')
      .find((line) => !known.has(line))
      ?.trim()
      .slice(0, 120) ?? ''
  );
}
