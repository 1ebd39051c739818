/** A graph as every tool can tell it: which file takes in which other one, and how. */

/** Two files. `kinds` is what all imports of the one by the other amount to together. */
export interface Edge {
  from: string;
  to: string;
  kinds: Set<EdgeKind>;
  /** As written. */
  specifiers: Set<string>;
}

/** `value` and `type` exclude each other: an edge is of types when none of its imports runs. */
export type EdgeKind = 'value' | 'type' | 're-export' | 'dynamic' | 'require' | 'reference' | 'url';

export class Edges {
  readonly #edges = new Map<string, Edge>();

  /** A file that takes in itself makes no edge. */
  add(from: string, to: string, specifier: string, kinds: readonly EdgeKind[]): void {
    if (from === to) return;
    const key = `${from}\0${to}`;
    const edge = this.#edges.get(key) ?? { from, to, kinds: new Set(), specifiers: new Set() };
    this.#edges.set(key, edge);
    edge.specifiers.add(specifier);
    for (const kind of kinds) edge.kinds.add(kind);
    if (edge.kinds.has('value')) edge.kinds.delete('type');
  }

  get(from: string, to: string): Edge | undefined {
    return this.#edges.get(`${from}\0${to}`);
  }

  get size(): number {
    return this.#edges.size;
  }

  [Symbol.iterator](): IterableIterator<Edge> {
    return this.#edges.values();
  }
}
