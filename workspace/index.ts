/** A private, locked copy of a repository, and questions about its history. Nothing else of git, installs and sandboxes leaves this folder. */
export { type Evaluator, openEvaluator } from './evaluate-module.ts';
export { type BuiltRepository, buildRepository, type CommitRecipe } from './git/build-repository.ts';
export { differingPaths, type FrozenTree } from './git/frozen-tree.ts';
export { gitVersion } from './git/git-version.ts';
export { type CommitFacts, changedPaths, comesAfter, patchBetween, readCommit } from './git/history.ts';
export { openMirror, resolveCommit } from './git/repository-mirror.ts';
export { isAddress } from './git/repository-source.ts';
export type { Host } from './host.ts';
export { probeLayMethod } from './install/lay-method.ts';
export { type OpenedTrees, openTrees } from './open-trees.ts';
export { openWorkspace } from './open-workspace.ts';
export { assertSandbox } from './sandbox/choose-sandbox.ts';
export { probeSandboxes, type SandboxFacts } from './sandbox/probe-sandboxes.ts';
export { sweepWorkspaces } from './sweep-workspaces.ts';
export { namesSilentFile } from './tests/run-tests.ts';
export { isRunnerConfig, isTestFile } from './tests/test-files.ts';
export type { Frozen, Workspace, WorkspaceOptions } from './workspace.ts';
export { calibrationFolder, repositoryNameOf } from './repository/repository-name.ts';
