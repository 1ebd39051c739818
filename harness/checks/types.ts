/** Type errors that no human tree has. */
import type { CheckResult, Finding } from '#contracts';
import { isTestFile } from '#workspace';
import { forgive, type Judged } from '../judged.ts';
import type { CompilerError, TypeReading } from '../type-errors.ts';

/** A tree with more new errors than these is broken as a whole; the count says the rest. */
const MAX_FINDINGS = 100;

/**
 * An error is known by file, code and message, and counted: of three equal ones where the human tree before the milestone has two, one is new.
 * An error that the reference has is forgiven, as many times as it is there, and so is one of the tree before that stands in another file now. Errors in test files do not count: those are the
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

  const fresh = newErrors(own.errors, errorsOf(types.before), errorsOf(types.after)).map(finding);
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

function newErrors(errors: readonly CompilerError[], before: readonly CompilerError[], after: readonly CompilerError[]): CompilerError[] {
  const own = errors.filter(isOfSource);
  const unknown = without(own, most(countBy(before, inFile), countBy(after, inFile)), inFile);
  const vanished = without(before.filter(isOfSource), countBy(own, inFile), inFile);
  return without(unknown, countBy(vanished, inAnyFile), inAnyFile);
}

function isOfSource({ path }: CompilerError): boolean {
  return !isTestFile(path);
}

type KeyOf = (error: CompilerError) => string;
const inFile: KeyOf = ({ path, code, message }) => JSON.stringify([path, code, message]);
const inAnyFile: KeyOf = ({ code, message }) => JSON.stringify([code, message]);

/** Those that are left when each key is taken away as often as it is counted. */
function without(errors: readonly CompilerError[], counts: ReadonlyMap<string, number>, keyOf: KeyOf): CompilerError[] {
  const left = new Map(counts);
  return errors.filter((error) => {
    const times = left.get(keyOf(error)) ?? 0;
    left.set(keyOf(error), times - 1);
    return times <= 0;
  });
}

function countBy(errors: readonly CompilerError[], keyOf: KeyOf): Map<string, number> {
  return new Map([...Map.groupBy(errors, keyOf)].map(([key, group]) => [key, group.length]));
}

function most(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...one, ...other].map(([key]) => [key, Math.max(one.get(key) ?? 0, other.get(key) ?? 0)]));
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
