/** Proves that the map is watched: builds a small house outside the checkout, plants each kind of wrong arrow in it, and names those that go unreported. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruiseHouse, type HouseMap, type Violation } from './cruise-house.ts';

interface PlantedArrow {
  /** The rule that must report it. */
  rule: string;
  file: string;
  text: string;
}

export interface PlantedResult {
  planted: number;
  /** What went wrong, in words; empty when every planted arrow was reported and no good arrow was. */
  failures: string[];
}

/** The small house has the checkout's own package.json, so it is the real doors that are tried. */
export async function plantArrows(root: string, map: HouseMap): Promise<PlantedResult> {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const doors = readDoors(manifest, map);
  const planted = wrongArrows(map, doors);
  const house = realpathSync(mkdtempSync(join(tmpdir(), 'longhaul-planted-')));
  try {
    writeFileSync(join(house, 'package.json'), manifest);
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
    for (const { file, text } of [...goodFiles(map, doors), ...planted]) {
      mkdirSync(dirname(join(house, file)), { recursive: true });
      writeFileSync(join(house, file), text);
    }
    const { violations } = await cruiseHouse(house, map);
    const failures = [
      ...strayDoors(manifest, map),
      ...unreported(planted, violations),
      ...falseAlarms(planted, violations),
      ...untried(map, planted),
    ];
    return { planted: planted.length, failures };
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

/** `#harness` -> `harness/index.ts`, from package.json "imports"; a door that leads elsewhere is left out, and `strayDoors` says so. */
function readDoors(manifest: string, map: HouseMap): Map<string, string> {
  return new Map(
    Object.entries(readImports(manifest)).flatMap(([door, target]) => (leadsToSources(target, map) ? [[door, target.slice(2)]] : [])),
  );
}

function strayDoors(manifest: string, map: HouseMap): string[] {
  return Object.entries(readImports(manifest))
    .filter(([, target]) => !leadsToSources(target, map))
    .map(([door]) => `the door ${door} does not name a .ts file of a folder on the map, in package.json "imports"`);
}

function readImports(manifest: string): Record<string, unknown> {
  return JSON.parse(manifest).imports;
}

function leadsToSources(target: unknown, { mayImport }: HouseMap): target is string {
  return typeof target === 'string' && target.endsWith('.ts') && Object.keys(mayImport).some((folder) => target.startsWith(`./${folder}/`));
}

/** Every folder with a door and an inside; each door imports all doors that its folder may import, and none of this may be reported. */
function goodFiles(map: HouseMap, doors: Map<string, string>): { file: string; text: string }[] {
  const mayWriteStore = ['workers', 'store'];
  const files = Object.entries(map.mayImport).flatMap(([folder, allowed]) => {
    const good = [...doors].filter(
      ([, target]) => allowed.includes(topFolder(target)) && (target !== 'store/index.ts' || mayWriteStore.includes(folder)),
    );
    return [
      { file: `${folder}/index.ts`, text: `import './inside.ts';\n${good.map(([door]) => `import '${door}';\n`).join('')}` },
      { file: `${folder}/inside.ts`, text: 'export const inside = 1;\n' },
    ];
  });
  const named = [...doors.values()].filter((target) => !files.some(({ file }) => file === target));
  return [
    ...files.map(({ file, text }) =>
      file === 'contracts/index.ts' ? { file, text: `import './planted-cycle.ts';\n${text}` } : { file, text },
    ),
    ...named.map((file) => ({ file, text: "import './inside.ts';\n" })),
    { file: 'cli/start-worker.ts', text: "import 'node:child_process';\n" },
    { file: 'tools/planted.ts', text: '' },
  ];
}

function wrongArrows(map: HouseMap, doors: Map<string, string>): PlantedArrow[] {
  const strangers = 'agent-and-harness-are-strangers';
  const processes = 'only-workspace-starts-processes';
  return [
    // each way to write an import, through a door
    { rule: strangers, file: 'agent/planted-value.ts', text: "import { inside } from '#harness';\nconsole.log(inside);\n" },
    { rule: strangers, file: 'agent/planted-type.ts', text: "import type { Inside } from '#harness';\nexport type Planted = Inside;\n" },
    { rule: strangers, file: 'agent/planted-reexport.ts', text: "export * from '#harness';\n" },
    { rule: strangers, file: 'agent/planted-dynamic.ts', text: "export const planted = () => import('#harness');\n" },
    { rule: strangers, file: 'harness/planted-value.ts', text: "import '#agent';\n" },
    // each door, from the floor that may enter none; #contracts is tried by the cycle below
    ...[...doors]
      .filter(([, target]) => topFolder(target) !== 'contracts')
      .map(([door]) => ({
        rule: 'contracts-imports-only-downwards',
        file: `contracts/planted-${door.replace(/\W+/g, '-')}.ts`,
        text: `import '${door}';\n`,
      })),
    // each folder, to each folder it may not import
    ...Object.entries(map.mayImport).flatMap(([folder, allowed]) =>
      Object.keys(map.mayImport)
        .filter((other) => other !== folder && !allowed.includes(other))
        .map((other) => ({
          rule: `${folder}-imports-only-downwards`,
          file: `${folder}/planted-arrow-to-${other}.ts`,
          text: `import '../${other}/index.ts';\n`,
        })),
    ),
    { rule: 'enter-by-the-front-door', file: 'workers/planted-side-window.ts', text: "import '../harness/inside.ts';\n" },
    { rule: 'cross-a-border-by-its-name', file: 'workers/planted-relative.ts', text: "import '../harness/index.ts';\n" },
    { rule: 'stay-inside-without-the-door', file: 'harness/planted-own-door.ts', text: "import '#harness';\n" },
    { rule: 'no-circular', file: 'contracts/planted-cycle.ts', text: "import '#contracts';\n" },
    { rule: 'only-workers-write-the-store', file: 'cli/planted-writer.ts', text: "import '#store';\n" },
    // each owned package, from a folder that owns none
    ...map.owners.flatMap(({ packages }) =>
      packages.map((name) => ({
        rule: `${packages[0]?.replace(/[^a-z0-9-]+/g, '')}-has-one-owner`,
        file: `report/planted-${name.replace(/\W+/g, '-')}.ts`,
        text: `import '${name.replace('*', 'planted')}';\n`,
      })),
    ),
    ...['node:child_process', 'child_process', 'node:worker_threads', 'execa'].map((name) => ({
      rule: processes,
      file: `cli/planted-${name.replace(/\W+/g, '-')}.ts`,
      text: `import '${name}';\n`,
    })),
    { rule: 'contracts-know-only-zod', file: 'contracts/planted-clock.ts', text: "import 'node:fs';\n" },
    { rule: 'product-ships-what-it-imports', file: 'report/planted-dev-dependency.ts', text: "import 'vitest';\n" },
    { rule: 'every-arrow-leads-somewhere', file: 'report/planted-nowhere.ts', text: "import './nowhere.ts';\n" },
    { rule: 'product-never-imports-tests-or-tools', file: 'report/planted-tool.ts', text: "import '../tools/planted.ts';\n" },
  ];
}

function unreported(planted: PlantedArrow[], violations: Violation[]): string[] {
  return planted
    .filter(({ rule, file }) => !violations.some((violation) => violation.rule === rule && involves(violation, file)))
    .map(({ rule, file, text }) => `${rule} does not report ${file}: ${text.split('\n')[0]}`);
}

function falseAlarms(planted: PlantedArrow[], violations: Violation[]): string[] {
  return violations
    .filter((violation) => !planted.some(({ file }) => involves(violation, file)))
    .map(({ rule, from, written }) => `${rule} reports an arrow that is allowed: ${from} -> ${written}`);
}

/** A rule that no planted arrow tries may be blind without anybody noticing. */
function untried(map: HouseMap, planted: PlantedArrow[]): string[] {
  return map.rules
    .filter(({ name }) => !planted.some(({ rule }) => rule === name))
    .map(({ name }) => `${name} is tried by no planted arrow: add one to tools/planted-arrows.ts`);
}

function involves({ from, cycle }: Violation, file: string): boolean {
  return from === file || cycle.includes(file);
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? path;
}
