/** Rules of the base that a change edited, loosened or removed. */
import type { Finding } from '#contracts';
import type { DeclaredRule, DeclaredRules } from '../contract/declared-rules.ts';

const RANK = { gate: 2, warn: 1, record: 0 };

/** One finding for each file that states rules and states them differently now. Manifests change with every dependency: what they say is compared elsewhere. */
export function findChangedRules(base: DeclaredRules, head: DeclaredRules): Finding[] {
  const sources = new Set(
    [...base.rules, ...base.unread.map(({ path, tool }) => ({ source: path, tool }))].flatMap((each) =>
      each.tool === 'package.json' ? [] : [each.source],
    ),
  );
  return [...sources].sort().flatMap((source): Finding[] => {
    const before = base.rules.filter((rule) => rule.source === source && rule.tool !== 'package.json');
    const after = head.rules.filter((rule) => rule.source === source && rule.tool !== 'package.json');
    const gone = before.filter((rule) => !after.some((each) => each.name === rule.name));
    const weaker = before.filter(
      (rule) => after.some((each) => each.name === rule.name && RANK[each.severity] < RANK[rule.severity]) && !gone.includes(rule),
    );
    const other = before.filter((rule) => !gone.includes(rule) && !weaker.includes(rule) && !after.some((each) => isEqual(each, rule)));
    const nowUnread = head.unread.filter(
      (each) => each.path === source && !base.unread.some(({ path, reason }) => path === source && sameReason(reason, each.reason)),
    );
    const changes = [
      ...listing('no longer there', gone),
      ...listing('less severe', weaker),
      ...listing('with another meaning', other),
      ...(nowUnread.length > 0 ? [`${nowUnread.length} part(s) that can no longer be read`] : []),
    ];
    if (changes.length === 0) return [];
    return [
      {
        id: `declared-rules-changed:${source}`,
        rule: 'declared-rules-changed',
        severity: 'warn',
        message: `${source} states other rules than at the base: ${changes.join('; ')}. The change is judged by the rules of the base; have those who own them agree to the new ones.`,
        place: { path: source },
        witness: [...gone, ...weaker, ...other].map((rule) => rule.name),
      },
    ];
  });
}

function listing(what: string, rules: readonly DeclaredRule[]): string[] {
  if (rules.length === 0) return [];
  const names = [...new Set(rules.map((rule) => `"${rule.name}"`))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [`${names.slice(0, 3).join(', ')}${more} ${what}`];
}

/** What cannot be read is the same on another line. */
function sameReason(a: string, b: string): boolean {
  const placeless = (reason: string) => reason.replace(/\bline \d+ /g, '');
  return placeless(a) === placeless(b);
}

/** A reason may be reworded. */
function isEqual(a: DeclaredRule, b: DeclaredRule): boolean {
  const meaning = ({ reason: _, ...rule }: DeclaredRule) => JSON.stringify(rule);
  return meaning(a) === meaning(b);
}
