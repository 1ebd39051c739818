/** The instrument: what a TypeScript codebase looks like, and what a change did to it. */
export {
  type ArchitectureComparison,
  type ArchitectureFacts,
  type ArchitecturesToCompare,
  compareArchitecture,
} from './findings/compare-architecture.ts';
export { isNestedTooDeeply } from './facts/module-facts.ts';
export { openArchitecture } from './open-architecture.ts';
export { readTextFacts } from './facts/text-facts.ts';
export { type ArchitectureReading, rebuildArchitecture } from './rebuild.ts';
export { ArchitectureSnapshot } from './snapshot.ts';
export type { ArchitectureTrust } from './findings/trust.ts';
