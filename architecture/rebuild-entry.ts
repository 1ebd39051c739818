/** The process that reads one tree, hands its snapshot over, and ends. */
import { openArchitecture } from './open-architecture.ts';

const [folder = ''] = process.argv.slice(2);
const answer = await openArchitecture(folder).then(
  (architecture) => architecture.snapshot(),
  (error: unknown) => ({ reason: error instanceof Error ? error.message : String(error) }),
);
process.send?.(answer, () => process.disconnect?.());
