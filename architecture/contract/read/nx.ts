/** Reads the constraints between the projects of an Nx workspace. */
import { posix } from 'node:path';
import type { ModulePattern, RulePattern, TagTest } from '../declared-rules.ts';
import { escapeRegex } from './globs.ts';
import type { LintRule } from './lint-layers.ts';
import { keysInUse, listOf, objectOf, type Plain, textOf, textsOf } from './plain.ts';
import type { RuleFiles } from './rule-files.ts';

const TOOL = 'nx';

/**
 * Source of the meaning: Nx, rule `@nx/enforce-module-boundaries`, whose `notDependOnLibsWithTags` also looks through the projects in
 * between, where this looks at direct imports only. A project that is not there yet at the base has no tags and is not judged.
 */
export async function addNxConstraints(files: RuleFiles, rule: LintRule): Promise<void> {
  const options = objectOf(rule.options[0]);
  const unread = (reason: string) => files.unread({ path: rule.source, tool: TOOL, reason: `${rule.name}: ${reason}` });
  const ignored = keysInUse(options).filter((key) => !['depConstraints', 'allow'].includes(key));
  if (ignored.length > 0) unread(`\`${ignored.join('`, `')}\` is not supported`);
  if (listOf(options.allow).length > 0) unread('imports that `allow` excepts are judged all the same');

  const modules = await projectsOf(files);
  const constraints = listOf(options.depConstraints).map(objectOf);
  const add = (name: string, pattern: RulePattern) => {
    files.add({ name: `${rule.name}: ${name}`, tool: TOOL, source: rule.source, severity: rule.severity, pattern });
  };
  const sources = constraints.map(sourceOf);
  for (const [index, constraint] of constraints.entries()) {
    const source = sources[index] as string[];
    const from: TagTest = { all: source };
    const name = source.join(' and ');
    if (hasRegex(constraint)) {
      unread(`the constraint of ${name} uses a regular expression, which is not supported`);
      continue;
    }
    const between = (to: TagTest): RulePattern => ({
      kind: 'between-modules',
      modules,
      otherwise: 'allow',
      steps: [{ from, to, allow: false }],
      imports: 'any',
    });
    if (Array.isArray(constraint.onlyDependOnLibsWithTags)) {
      const only = textsOf(constraint.onlyDependOnLibsWithTags);
      add(`${name} only depends on ${only.join(', ') || 'nothing with tags'}`, between(only.length > 0 ? { none: only } : { any: ['*'] }));
    }
    const not = textsOf(constraint.notDependOnLibsWithTags);
    if (not.length > 0) add(`${name} does not depend on ${not.join(', ')}`, between({ any: not }));
    const packages = {
      ...(Array.isArray(constraint.allowedExternalImports) ? { any: textsOf(constraint.allowedExternalImports).map(wildcard) } : {}),
      ...(Array.isArray(constraint.bannedExternalImports) ? { none: textsOf(constraint.bannedExternalImports).map(wildcard) } : {}),
    };
    if (Object.keys(packages).length > 0) {
      add(`packages of ${name}`, { kind: 'module-packages', modules, of: from, packages, imports: 'any' });
    }
  }
}

function sourceOf(constraint: Plain): string[] {
  const all = textsOf(constraint.allSourceTags);
  return all.length > 0 ? all : [textOf(constraint.sourceTag) ?? '*'];
}

function hasRegex(constraint: Plain): boolean {
  const tags = [...sourceOf(constraint), ...textsOf(constraint.onlyDependOnLibsWithTags), ...textsOf(constraint.notDependOnLibsWithTags)];
  return tags.some((tag) => tag.startsWith('/'));
}

function wildcard(text: string): string {
  return `^${text.split('*').map(escapeRegex).join('.*')}$`;
}

/** Folders with a project.json, or a package.json below the root. */
async function projectsOf(files: RuleFiles): Promise<ModulePattern[]> {
  const tags = new Map<string, string[]>();
  for (const path of files.named(/^(project|package)\.json$/)) {
    const folder = posix.dirname(path);
    if (folder === '.') continue;
    const manifest = objectOf(files.loadQuietly(path));
    const stated = path.endsWith('project.json') ? textsOf(manifest.tags) : textsOf(objectOf(manifest.nx).tags);
    tags.set(folder, [...(tags.get(folder) ?? []), ...stated]);
  }
  return [...tags].map(([folder, own]) => ({ pattern: `^${escapeRegex(folder)}(?=/)`, tags: own }));
}
