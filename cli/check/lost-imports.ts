/** Where the imports of a tree lead that are no edge of its graph: counted by kind, and listed where a reader may want to know. */
import { type ArchitectureSnapshot, NO_FILE } from '#architecture';
import type { CheckReport } from '#contracts';

type Imports = CheckReport['imports'];
type Kind = keyof Imports['counts'];

const KINDS: ReadonlyMap<number, Kind> = new Map([
  [NO_FILE.BUILTIN, 'builtin'],
  [NO_FILE.EXTERNAL, 'external'],
  [NO_FILE.MISSING, 'missing'],
  [NO_FILE.UNRESOLVED, 'unresolved'],
  [NO_FILE.ELSEWHERE, 'elsewhere'],
]);

/** Of production files. */
export function countImports({ sources, specifiers, imports }: ArchitectureSnapshot): Imports {
  const counts: Imports['counts'] = { file: 0, builtin: 0, external: 0, missing: 0, unresolved: 0, elsewhere: 0 };
  const lost: Imports['lost'] = [];
  for (const [from, to, , line, specifier] of imports) {
    const [path, role] = sources[from] ?? [];
    if (path === undefined || role !== 'production') continue;
    const kind = KINDS.get(to) ?? 'file';
    counts[kind] += 1;
    if (kind === 'missing' || kind === 'unresolved') lost.push({ path, line, specifier: specifiers[specifier] ?? '', kind });
  }
  return { counts, lost };
}
