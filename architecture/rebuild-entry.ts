/** The process that reads one tree, hands its snapshot over, and ends. */
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { openArchitecture } from './open-architecture.ts';

const [{ folder, ...options }] = await once(process, 'message');
const answer = await openArchitecture(folder, options).then(
  (architecture) => ({ snapshot: architecture.snapshot(), cacheTrouble: architecture.cacheTrouble }),
  (error: unknown) => ({ reason: error instanceof Error ? error.message : String(error) }),
);
// The answer is the end of this process.
flushCompileCache();
process.send?.(answer, () => process.disconnect?.());
