/** A folder goes in, its architecture comes out and can be followed while the folder changes. */
import { CloneIndex } from './drift/clone-index.ts';
import { FactsCache } from './facts/facts-cache.ts';
import { type Views, viewsOf } from './graph/adjacency.ts';
import { LiveGraph } from './graph/live-graph.ts';
import type { SourceGraph } from './graph/source-graph.ts';
import { type Components, strongComponents } from './graph/strong-components.ts';
import type { TreeChange } from './graph/tree-change.ts';
import { rebuildArchitecture } from './rebuild.ts';
import { compareWithRebuilt, type SelfCheck } from './self-check.ts';
import type { ArchitectureSnapshot } from './snapshot.ts';
import { LiveSurface } from './surface/live-surface.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { findSourceFiles } from './tree/source-files.ts';

export interface OpenOptions {
  signal?: AbortSignal;
  /** All files of the tree, relative to the folder, when the caller knows them (from git, say); otherwise the folder is walked. */
  files?: Iterable<string>;
  /** A folder in which facts are remembered by content, for later and for others on this host; made when it is not there. */
  cache?: string;
  /**
   * Whether what only the whole text tells (complexity, clones, declarations) is read while opening, in turns, or by the first snapshot.
   * `later` opens in a fifth of the time. Now by default.
   */
  texts?: 'now' | 'later';
}

/** A tree that was read once and is followed from then on. */
export interface Architecture {
  /** Absolute, with links resolved. */
  readonly folder: string;
  /** Why the cache was of no use; undefined when it was, or none was asked for. */
  readonly cacheTrouble: string | undefined;
  readonly graph: SourceGraph;
  /** Production files by the value edges and by all edges between them, as of the last update. */
  readonly production: Views;
  /** Strongly connected components, of two files or more, of both views: ids, in no promised order. Costs a millisecond for 4,000 files. */
  readonly cycles: Record<keyof Views, Components>;
  /**
   * Reads what may have changed, and links what that touches. A file whose content is what it was costs its reading.
   * Updates are made one after the other. Until one has ended, `graph`, `production` and `snapshot` are between two states.
   * @param paths relative to the folder, of any files: new, changed or deleted sources, manifests, tsconfigs; a folder stands for all below it
   * @throws the signal's reason when aborted: what was read until then is known, so the same paths have to be given again
   */
  update(paths: Iterable<string>, options?: { signal?: AbortSignal }): Promise<TreeChange>;
  snapshot(): ArchitectureSnapshot;
  /**
   * Reads the tree anew, in a process of its own and without the cache, and compares all that a snapshot holds: edges, cycles, metrics, everything.
   * A counter that forgets to count down is found so, which edges alone would not show.
   * The tree must not change meanwhile, and all its changes must have been told.
   * @throws the signal's reason when aborted
   */
  selfCheck(options?: { signal?: AbortSignal }): Promise<SelfCheck>;
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
export async function openArchitecture(folder: string, { signal, files, cache, texts = 'now' }: OpenOptions = {}): Promise<Architecture> {
  const tree = await findSourceFiles(folder, { signal, files });
  using facts = cache === undefined ? undefined : await FactsCache.open(cache);
  const clones = new CloneIndex();
  const surface = new LiveSurface();
  const graph = await LiveGraph.open(tree, [clones, surface], { signal, cache: facts, withText: texts === 'now' });
  return new FollowedTree(graph, { clones, surface }, facts?.trouble);
}

class FollowedTree implements Architecture {
  readonly graph: LiveGraph;
  readonly cacheTrouble: string | undefined;
  readonly #indexes: { clones: CloneIndex; surface: LiveSurface };
  #views: Views | undefined;
  #cycles: Architecture['cycles'] | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(graph: LiveGraph, indexes: { clones: CloneIndex; surface: LiveSurface }, cacheTrouble: string | undefined) {
    this.graph = graph;
    this.#indexes = indexes;
    this.cacheTrouble = cacheTrouble;
  }

  get folder(): string {
    return this.graph.tree.root;
  }

  get production(): Views {
    this.#views ??= viewsOf(this.graph.files);
    return this.#views;
  }

  get cycles(): Architecture['cycles'] {
    this.#cycles ??= { value: strongComponents(this.production.value), all: strongComponents(this.production.all) };
    return this.#cycles;
  }

  update(paths: Iterable<string>, { signal }: { signal?: AbortSignal } = {}): Promise<TreeChange> {
    const update = this.#last
      .then(() => this.graph.update(paths, signal))
      .finally(() => {
        this.#views = undefined;
        this.#cycles = undefined;
      });
    this.#last = update.catch(() => {});
    return update;
  }

  async selfCheck({ signal = new AbortController().signal }: { signal?: AbortSignal } = {}): Promise<SelfCheck> {
    await this.#last;
    const { tree } = this.graph;
    const files = tree.isListed ? [...tree.sources.keys(), ...tree.assets, ...tree.links] : undefined;
    return compareWithRebuilt(this.snapshot(), await rebuildArchitecture(tree.root, { signal, ...(files ? { files } : {}) }));
  }

  snapshot(): ArchitectureSnapshot {
    return takeSnapshot(this.graph, this.production, this.cycles, this.#indexes);
  }
}
