/** The process that reads one change for security, hands over what it found, and ends. */
import { findSecurityFindings } from './find-security-findings.ts';
import { type PackedChange, unpack } from './packed-change.ts';

process.once('message', async (packed: PackedChange) => {
  const answer = await findSecurityFindings(unpack(packed)).catch((error: unknown) => ({
    reason: error instanceof Error ? error.message : String(error),
  }));
  process.send?.(answer, () => process.disconnect?.());
});
