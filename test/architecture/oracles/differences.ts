/** The closed list of reasons for which our graph and dependency-cruiser's may differ; TypeScript decides which of them holds. */
import type { Edge, EdgeKind, Edges } from './edges.ts';
import type { Judge } from './typescript-judge.ts';

export interface Difference {
  from: string;
  to: string;
  ours: string;
  theirs: string;
  /** As written. */
  specifiers: string[];
}

interface Compared {
  from: string;
  to: string;
  ours: Edge | undefined;
  theirs: Edge | undefined;
}

/** @param holds whether it explains the whole difference */
interface ReasonToDiffer {
  name: string;
  holds(difference: Compared, judge: Judge): boolean;
}

const REASONS: ReasonToDiffer[] = [
  {
    // dependency-cruiser asks node_modules, and nothing is installed or built there. Aliases it reads from one tsconfig at most.
    name: 'a package of the tree by its name, or an alias',
    holds: ({ from, to, ours, theirs }, judge) =>
      theirs === undefined &&
      ours !== undefined &&
      [...ours.specifiers].every((each) => !each.startsWith('.') && judge.resolve(from, each) === to),
  },
  {
    // It does not work where the package is installed, and is a finding for that; the file that is meant is known all the same.
    name: 'a file of a package of the tree that it does not export',
    holds: ({ from, to, ours, theirs }, judge) =>
      theirs === undefined && ours !== undefined && [...ours.specifiers].every((each) => judge.resolvePastExports(from, each) === to),
  },
  {
    // The keyword is a matter of taste; the compiler drops both.
    name: 'only types are taken, without the word `type`',
    holds: ({ from, to, ours, theirs }, judge) =>
      ours?.kinds.has('type') === true &&
      theirs?.kinds.has('value') === true &&
      sameBut('value', ours, theirs) &&
      judge.takesOnlyTypes(from, to),
  },
  {
    // dependency-cruiser has one kind for all statements with the same specifier, and `import { a } from './a'; export { a };` is no re-export to it.
    name: 'several statements about one file',
    holds: ({ from, to, ours, theirs }, judge) => {
      if (ours === undefined || theirs === undefined) return false;
      const more = [...ours.kinds].filter((kind) => !theirs.kinds.has(kind));
      const passes = !more.includes('re-export') || judge.passesOn(from, to);
      const loads = !more.includes('dynamic') || judge.loads(from, to);
      const runs = !more.includes('value') || more.includes('dynamic');
      const less = [...theirs.kinds].filter((kind) => !ours.kinds.has(kind) && !(kind === 'type' && more.includes('value')));
      return less.length === 0 && more.every((kind) => ['re-export', 'dynamic', 'value'].includes(kind)) && passes && loads && runs;
    },
  },
  {
    name: 'a JSDoc comment',
    holds: ({ from, to, ours, theirs }, judge) => theirs === undefined && ours?.kinds.has('type') === true && judge.documents(from, to),
  },
  {
    name: 'a file that is located by `new URL(..., import.meta.url)`',
    holds: ({ from, to, ours, theirs }, judge) => ours?.kinds.has('url') === true && theirs === undefined && judge.locates(from, to),
  },
  {
    name: 'a declaration, which runs nothing',
    holds: ({ from, ours, theirs }) =>
      /\.d\.[cm]?ts$/.test(from) &&
      ours?.kinds.has('type') === true &&
      theirs?.kinds.has('value') === true &&
      sameBut('value', ours, theirs),
  },
];

/** Differences by reason; those that no reason explains are `unexplained`. */
export function explainDifferences(
  ours: Edges,
  theirs: Edges,
  judge: Judge,
): { explained: Map<string, number>; unexplained: Difference[] } {
  const explained = new Map<string, number>();
  const unexplained: Difference[] = [];
  const pairs = new Map([...ours, ...theirs].map(({ from, to }) => [`${from}\0${to}`, { from, to }]));
  for (const { from, to } of pairs.values()) {
    const difference = { from, to, ours: ours.get(from, to), theirs: theirs.get(from, to) };
    if (kindsOf(difference.ours) === kindsOf(difference.theirs)) continue;
    const reason = REASONS.find((each) => each.holds(difference, judge))?.name;
    if (reason !== undefined) explained.set(reason, (explained.get(reason) ?? 0) + 1);
    else unexplained.push(describe(difference));
  }
  return { explained, unexplained };
}

function sameBut(kind: EdgeKind, a: Edge, b: Edge): boolean {
  const rest = ({ kinds }: Edge) =>
    [...kinds]
      .filter((each) => each !== kind && !(kind === 'value' && each === 'type'))
      .sort()
      .join();
  return rest(a) === rest(b);
}

function kindsOf(edge: Edge | undefined): string {
  return edge === undefined ? 'nothing' : [...edge.kinds].sort().join(' ');
}

function describe({ from, to, ours, theirs }: Compared): Difference {
  const specifiers = [...new Set([...(ours?.specifiers ?? []), ...(theirs?.specifiers ?? [])])];
  return { from, to, ours: kindsOf(ours), theirs: kindsOf(theirs), specifiers };
}
