/** What a tree offers to others and what nobody uses, kept true while the tree changes. */
import type { LinkedFile, SourceGraph, SourceIndex } from '../graph/source-graph.ts';
import type { Package } from '../tree/package-sources.ts';
import { entryFilesOf } from './entry-files.ts';
import { ExportUses, type UnusedExports } from './export-uses.ts';
import { entriesOf, type PackageEntries } from './package-entries.ts';
import { type PublicSurface, type PublishedPackage, SurfaceReader } from './public-surface.ts';

export class LiveSurface implements SourceIndex {
  readonly #uses = new ExportUses();
  readonly #reader = new SurfaceReader();
  readonly #entries = new Map<Package, PackageEntries>();
  /** Paths that came or went since the entries were read. */
  readonly #moved = new Map<string, 'came' | 'went'>();

  add(file: LinkedFile): void {
    this.#uses.add(file);
    this.#move(file.path, 'came');
  }

  remove(file: LinkedFile): void {
    this.#uses.remove(file);
    this.#move(file.path, 'went');
  }

  /** @param graph the one whose files were added */
  read(graph: SourceGraph): { surface: PublicSurface; unusedExports: UnusedExports } {
    const has = (path: string) => graph.idOf(path) !== undefined;
    const packages = this.#readEntries(graph, has);
    return {
      surface: this.#reader.read(graph, packages),
      unusedExports: this.#uses.unused(entryFilesOf(packages, has)),
    };
  }

  /** A file that changes goes and comes. */
  #move(path: string, what: 'came' | 'went'): void {
    const before = this.#moved.get(path);
    if (before === undefined || before === what) this.#moved.set(path, what);
    else this.#moved.delete(path);
  }

  #readEntries(graph: SourceGraph, has: (path: string) => boolean): PublishedPackage[] {
    const isKnown = (manifest: Package) => this.#entries.has(manifest) && this.#moved.size === 0;
    if (graph.packages.every(isKnown))
      return graph.packages.map((manifest) => ({ manifest, entries: this.#entries.get(manifest) as PackageEntries }));
    const files = Map.groupBy(
      graph.files.filter((file) => file?.role === 'production'),
      (file) => file?.package ?? '.',
    );
    this.#entries.clear();
    this.#moved.clear();
    return graph.packages.map((manifest) => {
      const own = (files.get(manifest.folder) ?? []).map((file) => file?.path ?? '').sort();
      const entries = entriesOf(manifest, own, has);
      this.#entries.set(manifest, entries);
      return { manifest, entries };
    });
  }
}
