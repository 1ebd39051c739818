/** One code base, read by us and by dependency-cruiser, the differences before TypeScript. */
import { expect } from 'vitest';
import { openArchitecture } from '#architecture';
import { type CodeBase, copyCodeBase } from './code-bases.ts';
import { cruiseCode } from './cruised-edges.ts';
import { explainDifferences } from './differences.ts';
import { edgesOf, pathsOf } from './our-edges.ts';
import { createJudge } from './typescript-judge.ts';

/** Of the versions in package.json. */
export interface Agreement {
  files: number;
  edges: number;
  /** Edges that differ, by the reason for it. */
  explained: Record<string, number>;
}

/** Every edge and its kinds must be the same, or differ for a reason that TypeScript confirms; and every edge must lead where TypeScript says. */
export async function verifyAgreement(name: CodeBase, expected: Agreement): Promise<void> {
  const folder = await copyCodeBase(name);
  const architecture = await openArchitecture(folder, { texts: 'later' });
  const ours = edgesOf(architecture);
  const cruised = await cruiseCode(folder);
  const files = pathsOf(architecture);
  const judge = createJudge(folder, files);

  expect(cruised.files.filter((path) => files.includes(path)).length, 'files that dependency-cruiser read').toBe(files.length);
  const { explained, unexplained } = explainDifferences(ours, cruised.edges, judge);
  expect(unexplained).toEqual([]);
  const astray = [...ours]
    .filter(({ kinds }) => !kinds.has('reference'))
    .flatMap(({ from, to, specifiers }) =>
      [...specifiers].map((specifier) => ({
        from,
        specifier,
        to,
        typescript: judge.resolve(from, specifier) ?? judge.resolvePastExports(from, specifier),
      })),
    )
    .filter(({ to, typescript }) => to !== typescript);
  expect(astray).toEqual([]);
  expect({ files: files.length, edges: ours.size, explained: Object.fromEntries(explained) }).toEqual(expected);
}
