/** Tells a contract in words. */
import type { Contract } from './contract.ts';
import type { DeclaredRule } from './declared-rules.ts';

/** A list in a sentence; the contract itself has all of it. */
const MAX_NAMES = 12;

/** One line a fact, in reading order: modules from the top layer down, what is frozen, doors, packages, what people state, what was not understood. */
export function explainContract(contract: Contract): string[] {
  return [
    `Contract ${contract.id.slice(0, 12)}: ${count(contract.modules.length, 'module')}, ${count(contract.edges.length, 'dependency', 'dependencies')} between them, ${count(contract.declared.rules.length, 'declared rule')}.`,
    ...layers(contract),
    ...frozen(contract),
    ...contract.doors.map(({ module, entry, imports }) => `${module} is entered by ${entry} alone, as ${imports} files do.`),
    ...contract.externals.map(({ package: folder, names }) => `${ownerName(folder)} uses ${enumerate(names)}.`),
    ...surface(contract),
    ...declared(contract),
    ...contract.declared.unread.map(({ path, tool, reason }) => `Not understood: ${path} (${tool}): ${reason}.`),
  ];
}

function layers({ modules, edges }: Contract): string[] {
  const highest = Math.max(0, ...modules.map(({ rank }) => rank));
  return Array.from({ length: highest + 1 }, (_, index) => highest - index).flatMap((rank) =>
    modules
      .filter((module) => module.rank === rank)
      .map(({ name, inCycle }) => {
        const targets = edges.filter(({ from }) => from === name).map(({ to, kind }) => (kind === 'type' ? `${to} (types)` : to));
        const place = name.endsWith('/*') ? 'In no layer' : `Layer ${rank}${inCycle ? ', in a cycle of modules' : ''}`;
        return `${place}: ${name} may depend on ${targets.length > 0 ? enumerate(targets) : 'no other module'}.`;
      }),
  );
}

function frozen({ cycles, allCycles }: Contract): string[] {
  const files = cycles.reduce((sum, cycle) => sum + cycle.files.length, 0);
  if (allCycles.length === 0) return ['No import cycle: a new one is a gate.'];
  const largest = Math.max(0, ...cycles.map((cycle) => cycle.files.length));
  const running =
    cycles.length === 0 ? 'none of them runs' : `${cycles.length} of them run, with ${files} files in all and ${largest} in the largest`;
  return [
    `Frozen: ${count(allCycles.length, 'import cycle')}, types counted; ${running}. A new one that runs is a gate, and so is one that grows.`,
  ];
}

function surface({ surface: entries }: Contract): string[] {
  return [...Map.groupBy(entries, (entry) => entry.package)].flatMap(([name, own]) => {
    const names = new Set(own.flatMap((entry) => entry.names));
    return names.size === 0
      ? []
      : `${name} offers ${count(names.size, 'name')} by ${count(own.length, 'entry', 'entries')}: to take one away is a gate.`;
  });
}

/** Rules that people wrote are told one by one, what follows from manifests is counted. */
function declared({ declared: { rules } }: Contract): string[] {
  const written = rules.filter((rule) => rule.tool !== 'package.json');
  const entries = rules.filter((rule) => rule.pattern.kind === 'package-entries').length;
  const dependencies = rules.filter((rule) => rule.pattern.kind === 'declared-packages').length;
  return [
    ...written.map(describe),
    ...(entries > 0 ? [`warn: ${count(entries, 'package is', 'packages are')} imported by what "exports" names (package.json).`] : []),
    ...(dependencies > 0
      ? [`warn: ${count(dependencies, 'package imports', 'packages import')} of the workspace what its manifest declares (package.json).`]
      : []),
  ];
}

function describe({ severity, name, tool, source, reason }: DeclaredRule): string {
  return `${severity}: ${name} (${tool}, ${source})${
    reason
      ? `: ${reason
          .trim()
          .replaceAll(/\s+/g, ' ')
          .replace(/[.!?]$/, '')}`
      : ''
  }.`;
}

function enumerate(names: readonly string[]): string {
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  return shown.join(', ');
}

function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

function ownerName(folder: string): string {
  return folder === '.' ? 'The root package' : `The package ${folder}`;
}
