/** What the packages of the base could do, read when somebody asks. */
import { areaOf } from '../area.ts';
import { type ChangedFile, isUnread, readText, type SubmittedChange } from '../change.ts';
import { isManifest } from '../dependencies/manifest.ts';
import type { CapabilityUse } from './capabilities.ts';
import { isSource } from './parse-source.ts';
import { type CodeFacts, readCode } from './read-code.ts';

/** Of their product code alone. The changed files are known from the start; the others are read on the first question about their package. */
export class BasePackages {
  readonly #change: SubmittedChange;
  readonly #folders: readonly string[];
  readonly #known = new Map<string, Set<string>>();
  readonly #whole = new Map<string, Promise<Set<string>>>();

  constructor(change: SubmittedChange, sources: readonly ChangedFile[], before: readonly CodeFacts[]) {
    this.#change = change;
    const folders = [...change.base.paths, ...change.head.paths]
      .filter((path) => isManifest(path) && areaOf(path) === 'product')
      .map(folderOf);
    this.#folders = [...new Set(folders)].sort((a, b) => b.length - a.length);
    for (const [index, { path, area }] of sources.entries()) {
      if (area === 'product') for (const use of before[index]?.uses ?? []) this.#add(this.ownerOf(path).folder, keyOf(use));
    }
  }

  ownerOf(path: string): { folder: string; name: string } {
    const folder = this.#folders.find((each) => each === '.' || path.startsWith(`${each}/`)) ?? '.';
    return { folder, name: folder === '.' ? 'The package' : folder };
  }

  async could(folder: string, use: CapabilityUse): Promise<boolean> {
    if (this.#known.get(folder)?.has(keyOf(use))) return true;
    const whole = this.#whole.get(folder) ?? this.#readAll(folder);
    this.#whole.set(folder, whole);
    return (await whole).has(keyOf(use));
  }

  #add(folder: string, key: string): void {
    const known = this.#known.get(folder) ?? new Set();
    this.#known.set(folder, known.add(key));
  }

  async #readAll(folder: string): Promise<Set<string>> {
    const { base } = this.#change;
    const found = new Set<string>();
    for (const path of base.paths) {
      if (!isSource(path) || areaOf(path) !== 'product' || this.ownerOf(path).folder !== folder) continue;
      const text = await readText(base, path);
      if (text === null || isUnread(text) || !MAY_BE_CAPABLE.test(text)) continue;
      for (const use of readCode(path, text).uses) found.add(keyOf(use));
    }
    return found;
  }
}

/** Every capability shows one of these words; most files show none, and are not parsed. */
const MAY_BE_CAPABLE =
  /require|import\s*\(|node:|\bprocess\b|\bfs\b|\bnet\b|http|\beval\b|Function|constructor|fetch|WebSocket|EventSource|XMLHttp|Worker|\bBun\b|\bDeno\b|globalThis|\/(etc|proc|root|home|usr|var|sys|dev|Users|opt)\/|setTimeout|setInterval|axios|\bgot\b|\bky\b|undici|superagent|needle|\bws\b|execa|spawn|zx|shelljs|child_process|\bvm2?\b|inspector|dns|tls|dgram|cluster/;

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

/** A module that gives a capability is one way to it, and the next is no news; another variable or path of the machine is. */
export function keyOf({ capability, by }: CapabilityUse): string {
  return capability === 'environment' || capability === 'files-outside' ? `${capability}:${by}` : capability;
}
