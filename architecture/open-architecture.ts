/** A folder goes in, its architecture comes out and can be followed while the folder changes. */
import { type Views, viewsOf } from './graph/adjacency.ts';
import { LiveGraph } from './graph/live-graph.ts';
import type { SourceGraph } from './graph/source-graph.ts';
import type { TreeChange } from './graph/tree-change.ts';
import type { ArchitectureSnapshot } from './snapshot.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { findSourceFiles } from './tree/source-files.ts';

export interface OpenOptions {
  signal?: AbortSignal;
  /** All files of the tree, relative to the folder, when the caller knows them (from git, say); otherwise the folder is walked. */
  files?: Iterable<string>;
}

/** A tree that was read once and is followed from then on. */
export interface Architecture {
  /** Absolute, with links resolved. */
  readonly folder: string;
  readonly graph: SourceGraph;
  /** Production files by the value edges and by all edges between them, as of the last update. */
  readonly production: Views;
  /**
   * Reads what may have changed, and links what that touches. A file whose content is what it was costs its reading.
   * Updates are made one after the other. Until one has ended, `graph`, `production` and `snapshot` are between two states.
   * @param paths relative to the folder, of any files: new, changed or deleted sources, manifests, tsconfigs; a folder stands for all below it
   * @throws the signal's reason when aborted: what was read until then is known, so the same paths have to be given again
   */
  update(paths: Iterable<string>, options?: { signal?: AbortSignal }): Promise<TreeChange>;
  snapshot(): ArchitectureSnapshot;
}

/**
 * Reads every TypeScript and JavaScript source below `folder` and links its imports. Nothing is executed, nothing written, no
 * symbolic link followed; equal trees give equal snapshots. `folder` is best a repository's root: imports that lead out of it count as unresolved.
 * Works in turns of some ten milliseconds, so that a worker's timers keep running.
 *
 * An empty folder gives a snapshot of zeros; `compareArchitecture` does not trust it.
 *
 * @throws the signal's reason when aborted; the error of the file system when `folder` cannot be read
 */
export async function openArchitecture(folder: string, { signal, files }: OpenOptions = {}): Promise<Architecture> {
  const tree = await findSourceFiles(folder, { signal, files });
  return new FollowedTree(await LiveGraph.open(tree, [], signal));
}

class FollowedTree implements Architecture {
  readonly graph: LiveGraph;
  #views: Views | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(graph: LiveGraph) {
    this.graph = graph;
  }

  get folder(): string {
    return this.graph.tree.root;
  }

  get production(): Views {
    this.#views ??= viewsOf(this.graph.files);
    return this.#views;
  }

  update(paths: Iterable<string>, { signal }: { signal?: AbortSignal } = {}): Promise<TreeChange> {
    const update = this.#last.then(async () => {
      this.#views = undefined;
      return this.graph.update(paths, signal);
    });
    this.#last = update.catch(() => {});
    return update;
  }

  snapshot(): ArchitectureSnapshot {
    return takeSnapshot(this.graph, this.production);
  }
}
