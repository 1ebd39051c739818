/** Trees for these tests: layers of plain files, copied over each other into a temporary folder. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { ARCHITECTURE_RULES, type Finding } from '#contracts';
import {
  type ArchitectureComparison,
  ArchitectureSnapshot,
  compareArchitecture,
  IMPORT_KIND,
  NO_FILE,
  openArchitecture,
} from '#architecture';

const FIXTURES = join(import.meta.dirname, '../../fixtures/architecture');

export async function treeOf(...layers: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-architecture-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const layer of layers) await cp(join(FIXTURES, layer), folder, { recursive: true });
  return folder;
}

export async function write(folder: string, files: Record<string, string>): Promise<string> {
  const folders = new Set(Object.keys(files).map((path) => dirname(join(folder, path))));
  for (const each of folders) await mkdir(each, { recursive: true });
  await Promise.all(Object.entries(files).map(([path, text]) => writeFile(join(folder, path), text)));
  return folder;
}

/** Opens a folder as the rest of the house receives it: through the database and back. */
export async function open(folder: string): Promise<ArchitectureSnapshot> {
  const architecture = await openArchitecture(folder);
  return ArchitectureSnapshot.parse(JSON.parse(JSON.stringify(architecture.snapshot())));
}

/** Each name is a layer; `base` lies under `head` and `reference`. */
export async function compareLayers(layers: { base: string[]; head: string[]; reference?: string[] }): Promise<ArchitectureComparison> {
  const [base, head, reference] = await Promise.all([
    treeOf(...layers.base).then(open),
    treeOf(...layers.base, ...layers.head).then(open),
    layers.reference && treeOf(...layers.base, ...layers.reference).then(open),
  ]);
  return compareArchitecture({ base, head, ...(reference ? { reference } : {}) });
}

/** What a reader sees first of each finding about imports; stories are too small for all their exports to have users. */
export function headlines(comparison: ArchitectureComparison): string[] {
  return explained(comparison)
    .filter((finding) => !isAboutExports(finding))
    .map(headline);
}

/** What a reader sees first of each finding about what is exported: for the world, or for nobody. */
export function exportHeadlines(comparison: ArchitectureComparison): string[] {
  return explained(comparison).filter(isAboutExports).map(headline);
}

/** Whatever is found has words that say why, and what to do instead. */
function explained({ findings }: ArchitectureComparison): Finding[] {
  expect(findings.map(({ rule }) => rule).filter((rule) => !ARCHITECTURE_RULES.has(rule))).toEqual([]);
  return findings;
}

function isAboutExports({ rule }: Finding): boolean {
  return /^(orphan$|unused-export$|public-)/.test(rule);
}

function headline({ severity, id, place }: Finding): string {
  return `${severity} ${id} at ${place.path}:${place.line}`;
}

/** The imports of a snapshot in words: `src/a.ts:1 './b' -> src/b.ts VALUE RE_EXPORT`. */
export function importsOf({ sources, specifiers, imports }: ArchitectureSnapshot): string[] {
  const names = new Map<number, string>(Object.entries(NO_FILE).map(([name, target]) => [target, name]));
  return imports.map(([from, to, bits, line, specifier]) => {
    const kinds = Object.entries(IMPORT_KIND).flatMap(([name, bit]) => (bits & bit ? [name] : []));
    return [`${sources[from]?.[0]}:${line}`, `'${specifiers[specifier]}'`, '->', sources[to]?.[0] ?? names.get(to), ...kinds].join(' ');
  });
}
