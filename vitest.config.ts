import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Our own programs that tests start compile their sources once, as they do for users.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** `npm test` runs the project `fast`; `npm run test:full` adds the heavier proofs, named `*.full.test.ts`. */
const shared = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  sequence: { hooks: 'stack' as const },
  // Tests start real servers, workers and suites of their own: two files at a time fill two cores.
  maxWorkers: 2,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/**/*.full.test.ts'] } },
      { test: { ...shared, name: 'full', include: ['test/**/*.full.test.ts'] } },
    ],
  },
});
