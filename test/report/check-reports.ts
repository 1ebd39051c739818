/** Checks written by hand, for renderers: a bakery whose oven began to order its own flour. */
import { CheckFinding, CheckReport, type ContractPicture, DriftRow } from '#contracts';

export function finding(changes: Partial<CheckFinding> = {}): CheckFinding {
  return CheckFinding.parse({
    id: 'new-cycle:0123456789abcdef',
    rule: 'new-cycle',
    severity: 'gate',
    message: 'A new import cycle: 2 files are in it: src/oven.ts -> src/flour.ts -> src/oven.ts.',
    place: { path: 'src/oven.ts', line: 3 },
    witness: ['src/oven.ts', 'src/flour.ts', 'src/oven.ts'],
    human: null,
    ...changes,
  });
}

export function driftRow(changes: Partial<DriftRow>): DriftRow {
  return DriftRow.parse({
    metric: 'value.propagationCost',
    title: 'propagation cost (value imports)',
    unit: 'share',
    worse: 'up',
    base: 0,
    head: 0,
    change: 0,
    usual: null,
    ...changes,
  });
}

export function checkReport(changes: Partial<CheckReport> = {}): CheckReport {
  return CheckReport.parse({
    schemaVersion: 1,
    verdict: 'failed',
    reason: null,
    version: '1.2.3',
    repository: '/home/baker/bakery',
    folder: '',
    base: { commit: 'a'.repeat(40), why: 'where this work and origin/main parted' },
    head: { commit: 'b'.repeat(40), branch: 'croissants' },
    findings: [finding()],
    elsewhere: { gate: 0, warn: 0, record: 0 },
    facts: { files: 12, edges: 20, newModuleEdges: 0 },
    drift: [],
    versions: [],
    unread: [],
    imports: { counts: { file: 20, builtin: 1, external: 2, missing: 0, unresolved: 0, elsewhere: 0 }, lost: [] },
    skipped: [],
    notes: [],
    explanation: null,
    picture: null,
    calibration: null,
    timing: { wallMs: 312.4, baseRemembered: true },
    ...changes,
  });
}

export const PICTURE: ContractPicture = {
  nodes: [
    { name: 'src/counter', package: '.', files: 3, rank: 2, inCycle: false },
    { name: 'src/oven', package: '.', files: 1, rank: 1, inCycle: true },
    { name: 'src/flour', package: '.', files: 2, rank: 0, inCycle: true },
  ],
  edges: [
    { from: 'src/counter', to: 'src/oven', kind: 'value', state: 'allowed' },
    { from: 'src/oven', to: 'src/flour', kind: 'value', state: 'allowed' },
    { from: 'src/counter', to: 'src/flour', kind: 'value', state: 'allowed' },
    { from: 'src/flour', to: 'src/oven', kind: 'type', state: 'forbidden', reason: 'no-orders: "flour" <never> orders' },
  ],
};

/** As many modules as a large repository is drawn with, each layer importing some of the next. */
export function largePicture(count: number): ContractPicture {
  const name = (index: number) => `packages/bakery-${index % 10}/src/shelf-${index}`;
  const nodes = Array.from({ length: count }, (_, index) => ({
    ...{ name: name(index), package: `packages/bakery-${index % 10}`, files: 40, rank: Math.floor(index / 10), inCycle: false },
  }));
  const edges = nodes.flatMap((_, index) =>
    [7, 11, 13].flatMap((step) =>
      index + step < count ? [{ from: name(index), to: name(index + step), kind: 'value' as const, state: 'allowed' as const }] : [],
    ),
  );
  return { nodes, edges };
}
