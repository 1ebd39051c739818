/** Every number that is followed over time, with what a reader must know of it. */
import type { Metrics } from './metrics.ts';

export interface MetricDescription {
  /** For a table: "propagation cost (value imports)". */
  title: string;
  /** A share is shown in percent; an index is a number without unit. */
  unit: 'share' | 'index' | 'files' | 'edges' | 'cycles' | 'lines' | 'functions' | 'points' | 'packages';
  /** In which direction code erodes; nothing where growth alone moves the number. */
  worse: 'up' | 'down' | null;
}

type GraphName = keyof Metrics['value'];

const GRAPH: Record<GraphName, MetricDescription> = {
  edges: { title: 'imports between files', unit: 'edges', worse: null },
  cycles: { title: 'import cycles', unit: 'cycles', worse: 'up' },
  filesInCycles: { title: 'files in cycles', unit: 'files', worse: 'up' },
  largestCycle: { title: 'largest cycle', unit: 'files', worse: 'up' },
  cyclicMass: { title: 'cyclic mass', unit: 'share', worse: 'up' },
  propagationCost: { title: 'propagation cost', unit: 'share', worse: 'up' },
  coreSize: { title: 'core size', unit: 'share', worse: 'up' },
  modularity: { title: 'modularity', unit: 'index', worse: 'down' },
  meanDistance: { title: 'mean distance from the main sequence', unit: 'share', worse: 'up' },
  largestCoupling: { title: 'most coupled file', unit: 'files', worse: 'up' },
  couplingGini: { title: 'inequality of coupling', unit: 'share', worse: 'up' },
};

const CODE: Record<keyof Metrics['code'], MetricDescription> = {
  files: { title: 'files', unit: 'files', worse: null },
  linesOfCode: { title: 'lines of code', unit: 'lines', worse: null },
  functions: { title: 'functions', unit: 'functions', worse: null },
  cognitive: { title: 'cognitive complexity', unit: 'points', worse: null },
  cyclomatic: { title: 'cyclomatic complexity', unit: 'points', worse: null },
  functionsOver15: { title: 'functions over cognitive 15', unit: 'functions', worse: 'up' },
  functionsOver25: { title: 'functions over cognitive 25', unit: 'functions', worse: 'up' },
  erosion: { title: 'erosion', unit: 'share', worse: 'up' },
  cognitiveErosion: { title: 'cognitive erosion', unit: 'share', worse: 'up' },
  verbosity: { title: 'verbosity', unit: 'share', worse: 'up' },
  clonedTokens: { title: 'cloned tokens', unit: 'share', worse: 'up' },
};

export type MetricName = `${'value' | 'all'}.${GraphName}` | `code.${keyof Metrics['code']}` | 'externalDependencies';

/** In the order of a report. `value.` is the graph of value imports, `all.` the graph of all imports. */
export const METRICS: ReadonlyMap<MetricName, MetricDescription> = new Map([
  ...describeGraph('value', 'value imports'),
  ...describeGraph('all', 'all imports'),
  ...(Object.entries(CODE) as [keyof Metrics['code'], MetricDescription][]).map(([name, description]): [MetricName, MetricDescription] => [
    `code.${name}`,
    description,
  ]),
  ['externalDependencies', { title: 'external packages in use', unit: 'packages', worse: 'up' }],
]);

export function metricValue(metrics: Metrics, name: MetricName): number | null {
  if (name === 'externalDependencies') return metrics.externalDependencies;
  const [part, field] = name.split('.') as ['value' | 'all' | 'code', string];
  return (metrics[part] as Record<string, number | null>)[field] ?? null;
}

function describeGraph(part: 'value' | 'all', words: string): [MetricName, MetricDescription][] {
  return (Object.entries(GRAPH) as [GraphName, MetricDescription][]).map(([name, description]) => [
    `${part}.${name}`,
    { ...description, title: `${description.title} (${words})` },
  ]);
}
