/** Type errors that no human tree has. */
import type { CheckResult, Finding } from '#contracts';
import { isTestFile } from '#workspace';
import { forgive, type Judged } from '../judged.ts';
import type { CompilerError, TypeReading } from '../type-errors.ts';

/** A tree with more new errors than these is broken as a whole; the count says the rest. */
const MAX_FINDINGS = 100;

/**
 * An error is known by file, code and message, and counted: of three equal ones where the human tree before the milestone has two, one is new.
 * An error that the reference has is forgiven, as many times as it is there. Errors in test files do not count: those are the
 * human's, laid over the tree, and what they need of the code is for the tests to say.
 * How strict the compiler is and which files it looks at is for the human's settings to say; where modules are found, for the
 * submission's (`settingsFor`). Only where the human's settings hold an error themselves is a submission taken by its own.
 * What is silenced in the files, by `@ts-nocheck` or `declare module '*'`, is integrity's to find.
 * Not made where one of the human trees has no compiler or no settings.
 */
export function checkTypes({
  baseline: { types },
  examination,
  fold,
}: Pick<Judged, 'baseline' | 'examination' | 'fold'>): CheckResult | null {
  if (types === null) return null;
  const unscored = (reason: string, fault: 'environment' | 'agent'): CheckResult => ({ check: 'types', status: 'unscored', reason, fault });
  for (const human of [types.before, types.after]) {
    if (human.status === 'unreadable') return unscored(`the human tree could not be checked: ${human.reason}`, 'environment');
  }
  const { types: own } = examination;
  if (own === null) return unscored('the tree has no settings of a compiler any more, or they name no file', 'agent');
  if (own.status === 'unreadable') return unscored(own.reason, 'agent');

  const fresh = newErrors(own.errors, [errorsOf(types.before), errorsOf(types.after)]).map(finding);
  const findings = forgive(fresh, fold);
  const gates = findings.filter(({ severity }) => severity === 'gate');
  const evidence = {
    summary: gates[0] === undefined ? 'no new type error' : `${gates.length} new type errors, the first: ${gates[0].message}`,
    facts: { errors: own.errors.length, newErrors: gates.length, files: own.files, typesWallMs: own.wallMs },
  };
  return { check: 'types', status: gates.length === 0 ? 'passed' : 'failed', evidence, findings: findings.slice(0, MAX_FINDINGS) };
}

function errorsOf(reading: TypeReading): readonly CompilerError[] {
  return reading.status === 'compiled' ? reading.errors : [];
}

function newErrors(errors: readonly CompilerError[], known: readonly (readonly CompilerError[])[]): CompilerError[] {
  const forgiven = new Map<string, number>();
  for (const tree of known) {
    for (const [key, times] of countByKey(tree)) forgiven.set(key, Math.max(times, forgiven.get(key) ?? 0));
  }
  return errors.filter((error) => {
    if (isTestFile(error.path)) return false;
    const left = forgiven.get(keyOf(error)) ?? 0;
    forgiven.set(keyOf(error), left - 1);
    return left <= 0;
  });
}

function countByKey(errors: readonly CompilerError[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const error of errors) counts.set(keyOf(error), (counts.get(keyOf(error)) ?? 0) + 1);
  return counts;
}

function keyOf({ path, code, message }: CompilerError): string {
  return JSON.stringify([path, code, message]);
}

function finding({ path, line, code, message }: CompilerError): Finding {
  return {
    id: `type-error:${path}:${code}:${message}`,
    rule: 'type-error',
    severity: 'gate',
    message: `${path === '' ? 'the settings' : path}: ${code} ${message}`,
    place: { path, ...(line !== null && { line }) },
    witness: [],
  };
}
