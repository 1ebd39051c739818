/** A test that was kept asserts less than it did. */
import type { Severity } from '#contracts';
import { type Assertion, STRENGTH } from '../assertions.ts';
import { excerpt, type Rule, severityOfTestLoss, type Violation } from '../rule.ts';
import type { TestFact } from '../test-facts.ts';

/**
 * The lattice is in assertions.ts. Assertions are paired by what they look at. None left, a catch around them, a promise nobody awaits, or a
 * tautology in place of a claim let every value through: such a loss blocks against a reference that leaves the file alone. A lower rank,
 * a wider tolerance or fewer assertions may be honest and warn or are recorded; so does another expected value, which the four-cell matrix judges.
 */
export const weakenedAssertions: Rule = {
  name: 'weakened-assertion',
  find(change) {
    return change.tests.kept.flatMap(({ before, after }) => {
      if (before.body === after.body) return [];
      const worst = severityOfTestLoss(change, before);
      const mild: Severity = worst === 'record' ? 'record' : 'warn';
      return losses(before, after).map(
        ({ what, total, at, was }): Violation => ({
          fact: `${after.title}: ${what}`,
          severity: total === 'all' ? worst : total === 'some' || worst === 'gate' ? mild : 'record',
          message: `the test "${after.title}" asserts less: ${what}`,
          path: after.path,
          line: at?.line ?? after.line,
          witness: [
            `- ${excerpt(before.source.textOf(was?.node ?? before.node))}`,
            `+ ${excerpt(after.source.textOf(at?.node ?? after.node))}`,
          ],
        }),
      );
    });
  },
};

interface Loss {
  what: string;
  total: 'all' | 'some' | 'little';
  was?: Assertion;
  at?: Assertion;
}

function losses(before: TestFact, after: TestFact): Loss[] {
  const old = before.assertions;
  const now = after.assertions;
  if (old.length === 0) return [];
  // A helper may assert now: a body with other calls is not an empty one.
  if (now.length === 0)
    return [
      {
        what: 'no assertion is left',
        total: after.body === '' ? 'little' : /\w\(/.test(after.body.replace(/^.*?=>/, '')) ? 'some' : 'all',
        was: old[0] as Assertion,
      },
    ];
  const found: Loss[] = [];
  for (const [flag, what] of [
    ['caught', 'a failure is caught'],
    ['floating', 'nobody waits for the promise'],
    ['tautology', 'it holds whatever the program does'],
  ] as const) {
    const at = now.find((each) => each[flag]);
    if (at !== undefined && now.filter((each) => each[flag]).length > old.filter((each) => each[flag]).length)
      found.push({ what, total: 'all', at });
  }
  const key = ({ subject, matcher, expected }: Assertion) => JSON.stringify([subject, matcher, expected]);
  const same = new Set(now.map(key));
  const was = new Set(old.map(key));
  for (const each of old.filter((one) => !same.has(key(one)))) {
    const next = now.find((one) => one.subject === each.subject && !was.has(key(one)));
    if (next === undefined) continue;
    if (next.strength < each.strength && !now.some((one) => one.subject === each.subject && one.strength >= each.strength)) {
      found.push({
        what: `${each.matcher} became ${next.matcher}`,
        total: next.strength <= STRENGTH.type ? 'some' : 'little',
        was: each,
        at: next,
      });
    } else if (next.matcher === each.matcher) {
      found.push(
        isWider(each, next)
          ? { what: `${each.matcher} tolerates more`, total: 'some', was: each, at: next }
          : { what: `${each.matcher} expects another value`, total: 'little', was: each, at: next },
      );
    }
  }
  if (now.length < old.length)
    found.push({
      what: `${old.length} assertions became ${now.length}`,
      total: now.length * 2 < old.length ? 'some' : 'little',
      was: old[0] as Assertion,
    });
  return found;
}

/** `toBeCloseTo(a, digits)` and `closeTo(a, delta)`: only the tolerance differs. */
function isWider(before: Assertion, after: Assertion): boolean {
  if (!/closeTo|approximately/i.test(before.matcher)) return false;
  const [was = '', oldTolerance = '2'] = before.expected.split(',');
  const [is = '', newTolerance = '2'] = after.expected.split(',');
  if (was !== is) return false;
  return before.matcher.includes('toBeCloseTo') ? Number(newTolerance) < Number(oldTolerance) : Number(newTolerance) > Number(oldTolerance);
}
