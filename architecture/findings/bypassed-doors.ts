/** Imports that go past the door by which everybody entered a module. */
import type { Finding } from '#contracts';
import { type Door, findDoors, isInside } from '../contract/doors.ts';
import { edgesBetween } from '../graph/imports.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** A door that is gone at the head binds nobody. Of 720 human commits 0.1 % trip this. */
export function findBypassedDoors(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  const paths = new Set(head.sources.map(([path]) => path));
  const doors = findDoors(base).filter(({ entry }) => paths.has(entry));
  if (doors.length === 0) return [];
  const isProduction = (file: number) => head.sources[file]?.[1] === 'production';
  return edgesBetween(head.imports, (from, to) => isProduction(from) && isProduction(to)).flatMap(({ from, to, line }) => {
    const [importer, target] = [head.sources[from]?.[0] ?? '', head.sources[to]?.[0] ?? ''];
    const door = doors.find(({ module, entry }) => target !== entry && isInside(target, module) && !isInside(importer, module));
    return door ? [describe(door, importer, target, line)] : [];
  });
}

function describe({ module, entry, imports }: Door, from: string, to: string, line: number): Finding {
  return {
    id: `bypassed-door:${module}: ${from} -> ${to}`,
    rule: 'bypassed-door',
    severity: 'warn',
    message: `${from} imports ${to}; until now all ${imports} files outside ${module} import ${entry}. Import ${entry}, and let it export what is missing.`,
    place: { path: from, line },
    witness: [`${from} -> ${to}`],
  };
}
