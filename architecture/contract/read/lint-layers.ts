/** A linter's configuration as layers: which files, which rules; a later layer has the last word on a file. */
import type { DeclaredRule, FileTest, PathTest, RuleTool } from '../declared-rules.ts';
import type { Plain } from './plain.ts';
import { listOf } from './plain.ts';

export interface LintLayer {
  source: string;
  tool: RuleTool;
  /** All files when missing. */
  files?: PathTest;
  /** Of these files the layer does not speak. */
  ignores: PathTest[];
  rules: Plain;
  settings: Plain;
}

export interface LintRule {
  name: string;
  tool: RuleTool;
  source: string;
  severity: DeclaredRule['severity'];
  options: unknown[];
  files: FileTest;
  settings: Plain;
}

const SEVERITY: Record<string, DeclaredRule['severity'] | undefined> = {
  error: 'gate',
  deny: 'gate',
  '2': 'gate',
  warn: 'warn',
  '1': 'warn',
  on: 'warn',
  info: 'record',
};

/**
 * Each setting of each rule that is in force for some files. For one file the last layer that sets a rule decides; a layer that sets
 * only the severity keeps the options stated before.
 */
export function rulesInForce(layers: readonly LintLayer[]): LintRule[] {
  const settings = Object.assign({}, ...layers.map((layer) => layer.settings));
  return layers.flatMap((layer, index) =>
    Object.entries(layer.rules).flatMap(([name, stated]): LintRule[] => {
      const [level, ...options] = listOf(stated);
      const severity = SEVERITY[String(level)];
      if (!severity) return [];
      const later = layers.slice(index + 1).filter((each) => Object.hasOwn(each.rules, name));
      const unless = [...layer.ignores, ...later.map((each) => each.files ?? {})];
      return [
        {
          name,
          tool: layer.tool,
          source: layer.source,
          severity,
          options: options.length > 0 ? options : inherited(layers.slice(0, index), name),
          files: { ...layer.files, ...(unless.length > 0 ? { unless } : {}) },
          settings,
        },
      ];
    }),
  );
}

function inherited(earlier: readonly LintLayer[], name: string): unknown[] {
  return earlier.map((layer) => listOf(layer.rules[name]).slice(1)).findLast((options) => options.length > 0) ?? [];
}
