/** The door for those who ask about a working tree and its history: it loads without installs and sandboxes, which counts in a command that takes less than a second. */
export { LAY_METHODS, type LayMethod } from './host.ts';
export { type Base, chooseBase } from './repository/choose-base.ts';
export { countCommits, firstParents } from './repository/first-parents.ts';
export { calibrationFolder, factsFolder } from './cache/instrument-folders.ts';
export { repositoryName } from './repository/repository-name.ts';
export { type LaidTree, type Layout, layTree } from './repository/laid-tree.ts';
export { listFiles, listIgnored, openWorkingTree, type WorkingTree } from './repository/working-tree.ts';
