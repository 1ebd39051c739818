/** Which test runner a repository uses, and with what arguments, read from its package.json. */
import { z } from 'zod';
import type { TestRunner } from '#contracts';

const PackageJson = z.looseObject({
  scripts: z.record(z.string(), z.string()).catch({}).default({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
});

export interface DetectedRunner {
  runner: TestRunner;
  /** node:test only: what the repository's own script passes to `node --test`, as shell words. */
  nodeArguments: string;
  /** Environment that the script sets before the runner. */
  environment: Record<string, string>;
}

/**
 * What the `test` scripts run comes first, then what is installed.
 * @param text package.json of a tree that no agent has written to.
 * @returns null when none of the runners we can read is used: tests are then unscored, never guessed at.
 */
export function detectRunner(text: string): DetectedRunner | null {
  const manifest = parse(text);
  if (manifest === null) return null;
  const names = Object.keys(manifest.scripts)
    .filter((name) => /^test(:|$)/.test(name))
    .sort((a, b) => a.length - b.length);
  for (const command of names.flatMap((name) => (manifest.scripts[name] ?? '').split(/&&|\|\||;/))) {
    const environment = leadingAssignments(command);
    if (/\bnode\b.*\s--test\b/.test(command)) return { runner: 'node:test', nodeArguments: nodeTestArguments(command), environment };
    if (/\b(vitest|jest)\b/.test(command)) {
      return { runner: /\bvitest\b/.test(command) ? 'vitest' : 'jest', nodeArguments: '', environment };
    }
  }
  const installed = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const runner of ['vitest', 'jest'] as const) {
    if (runner in installed) return { runner, nodeArguments: '', environment: {} };
  }
  return null;
}

function parse(text: string): z.infer<typeof PackageJson> | null {
  try {
    return PackageJson.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** `NODE_OPTIONS=--experimental-vm-modules jest`, also behind cross-env. Values with blanks are left to the shell we do not run. */
function leadingAssignments(command: string): Record<string, string> {
  const words = command
    .trim()
    .replace(/^cross-env\s+/, '')
    .split(/\s+/);
  const end = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word));
  return Object.fromEntries(
    words.slice(0, end === -1 ? 0 : end).map((word) => {
      const [name = '', ...value] = word.split('=');
      return [name, value.join('=').replace(/^(['"])(.*)\1$/, '$2')];
    }),
  );
}

/** Without reporters and coverage: the report is ours, and a coverage threshold is no test. */
function nodeTestArguments(command: string): string {
  const words = /\bnode\s+(.*)$/.exec(command)?.[1] ?? '';
  return words
    .replace(/--test-reporter(-destination)?[= ]\S+/g, '')
    .replace(/--(experimental-test-coverage|test-coverage-\S+)(=\S+)?/g, '')
    .replace(/--test(?=\s|$)/, '')
    .trim();
}
