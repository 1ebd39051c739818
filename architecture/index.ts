/** The instrument: what a TypeScript codebase looks like, and what a change did to it. */
export { checkDeclaredRules, type RuleCheck } from './contract/check-declared-rules.ts';
export { Contract, inferContract } from './contract/contract.ts';
export { DeclaredRules } from './contract/declared-rules.ts';
export { explainContract } from './contract/explain-contract.ts';
export { readDeclaredRules } from './contract/read-declared-rules.ts';
export { Band, type CalibrationStep, calibrate, type HumanRange, humanRange, humanRate } from './drift/band.ts';
export { METRICS, type MetricDescription, type MetricName, metricValue } from './drift/catalogue.ts';
export { driftOf, driftRows } from './drift/drift.ts';
export { type Calibration, keepCalibration, readCalibration } from './drift/kept-band.ts';
export { measure } from './drift/measure.ts';
export { Metrics } from './drift/metrics.ts';
export { IMPORT_KIND } from './facts/file-facts.ts';
export { isNestedTooDeeply } from './facts/nesting.ts';
export { findChangedRules } from './findings/changed-rules.ts';
export {
  type ArchitectureComparison,
  type ArchitectureFacts,
  type ArchitecturesToCompare,
  compareArchitecture,
} from './findings/compare-architecture.ts';
export { drawPicture } from './findings/draw-picture.ts';
export { stillPresent } from './findings/still-present.ts';
export type { ArchitectureTrust } from './findings/trust.ts';
export { fileRules } from './gate/file-rules.ts';
export { openGate } from './gate/open-gate.ts';
export { seesInjectedCycle } from './graph/injected-cycle.ts';
export { NO_FILE } from './graph/source-graph.ts';
export { strongComponents } from './graph/strong-components.ts';
export { instrumentVersion } from './instrument-version.ts';
export { type Architecture, type OpenOptions, openArchitecture } from './open-architecture.ts';
export { type ArchitectureReading, rebuildArchitecture } from './rebuild.ts';
export type { SelfCheck } from './self-check.ts';
export { ArchitectureSnapshot } from './snapshot.ts';
export { compareSurfaces } from './surface/compare-surface.ts';
export { isSource } from './tree/source-files.ts';
