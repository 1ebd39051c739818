/** The process that inspects one change, hands over what it found, and ends. */
import type { Change } from './change.ts';
import { findIntegrityFindings } from './find-integrity-findings.ts';

process.once('message', (change: Change) => {
  const answer = inspect(change);
  process.send?.(answer, () => process.disconnect?.());
});

function inspect(change: Change) {
  try {
    return findIntegrityFindings(change);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
