/** A number or a switch of strictness that went down. */

import type { ReadFile } from '../read-change.ts';
import { excerpt, type Rule, type Violation } from '../rule.ts';
import { type Setting, settingsOf } from '../settings.ts';

const THRESHOLD =
  /(^|\.)(coverageThreshold|thresholds?)(\.[^.]+)*\.(lines|branches|functions|statements|perFile|100)$|(^|\.)((check-coverage)|(nyc|c8)\.(lines|branches|functions|statements))$|^(lines|branches|functions|statements)$/;
const STRICT =
  /^compilerOptions\.(strict\w*|noImplicit\w+|noUnchecked\w+|noUnused\w+|noFallthroughCasesInSwitch|exactOptionalPropertyTypes|useUnknownInCatchVariables)$/;
const LINT = /(^|\.)rules\./;

/**
 * Both values are in the file, so anyone can compare them. Blocks: a coverage threshold that is lower or gone, a strictness of the compiler
 * switched off. A lint rule that goes from error to off is a matter of taste often enough to be recorded. Settings are looked up over all configuration files,
 * because a configuration may move; a file that goes without a successor says nothing about thresholds alone.
 */
export const loweredThresholds: Rule = {
  name: 'lowered-threshold',
  find({ files }) {
    const configs = files.filter(({ kind }) => kind === 'config');
    return configs.flatMap((file) => {
      const before = file.source.before ? settingsOf(file.source.before) : [];
      const after = file.source.after ? settingsOf(file.source.after) : [];
      return before.flatMap((was) => lowered(was, after.find(({ key }) => key === was.key) ?? elsewhere(was, file, configs), file));
    });
  },
};

/** The same last keys in another configuration file of the change. */
function elsewhere({ key }: Setting, file: ReadFile, configs: readonly ReadFile[]): Setting | undefined {
  const tail = key.split('.').slice(-2).join('.');
  return configs
    .filter(({ path }) => path !== file.path)
    .flatMap(({ source }) => (source.after ? settingsOf(source.after) : []))
    .find((each) => each.key.endsWith(tail));
}

function lowered(was: Setting, is: Setting | undefined, file: ReadFile): Violation[] {
  const found = (severity: Violation['severity'], message: string): Violation[] => [
    {
      fact: `${file.path}: ${was.key}`,
      severity,
      message,
      path: file.path,
      ...(is ? { line: is.line } : {}),
      witness: [`- ${was.key}: ${excerpt(was.text)}`, ...(is ? [`+ ${is.key}: ${excerpt(is.text)}`] : [])],
    },
  ];
  if (THRESHOLD.test(was.key) && /^-?[\d.]+$/.test(was.text)) {
    if (is === undefined)
      return file.after === null && !/jest|vitest|nyc|c8/.test(file.path) ? [] : found('gate', `the coverage threshold ${was.key} is gone`);
    return Number(is.text) < Number(was.text) ? found('gate', `the coverage threshold ${was.key} went from ${was.text} to ${is.text}`) : [];
  }
  if (STRICT.test(was.key) && was.text === 'true' && file.after !== null) {
    if (is === undefined || is.text === 'false')
      return found(is === undefined ? 'warn' : 'gate', `the compiler is less strict: ${was.key} is off`);
  }
  const quiet = /^['"]?(off|0)['"]?$/;
  if (LINT.test(was.key) && is !== undefined && quiet.test(is.text) && !quiet.test(was.text))
    return found('record', `the lint rule ${was.key.split('.').at(-1)} is off`);
  return [];
}
