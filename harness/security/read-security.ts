/** Reads what a change brings in, in a process of its own, and remembers it by content. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type CommitSha, Finding } from '#contracts';
import { GRADER_VERSION } from '../grader-version.ts';
import type { HarnessDeps } from '../harness-deps.ts';
import { askOwnProcess } from '../own-process.ts';
import type { SubmittedTrees } from '../submitted-trees.ts';
import type { SecurityReading } from './find-security-findings.ts';
import { pack } from './packed-change.ts';

const ENTRY = fileURLToPath(new URL('./inspect-entry.ts', import.meta.url));
const TIMEOUT_MS = 120_000;
const MAX_HEAP_MB = 2_048;

const Reading: z.ZodType<SecurityReading> = z.strictObject({
  findings: z.array(Finding),
  unread: z.array(z.strictObject({ path: z.string(), reason: z.string(), fault: z.enum(['agent', 'environment']) })),
  facts: z.record(z.string(), z.number()),
});

/** `silent`: the change brought the reader down, took longer than two minutes, or is too large to be read. */
export const SecurityOutcome = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('answered'), answer: Reading }),
  z.strictObject({ status: z.literal('silent'), reason: z.string().min(1) }),
]);
export type SecurityOutcome = z.infer<typeof SecurityOutcome>;

/** @throws the signal's reason on abort. */
export async function readSecurity(
  deps: HarnessDeps,
  trees: Pick<SubmittedTrees, 'read'>,
  { from, to }: { from: CommitSha; to: CommitSha },
): Promise<SecurityOutcome> {
  const key = createHash('sha256')
    .update(JSON.stringify([GRADER_VERSION, from, to]))
    .digest('hex');
  const compute = async (): Promise<SecurityOutcome> => {
    const question = await pack(await trees.read(from), await trees.read(to));
    if (question === null) return { status: 'silent', reason: 'there is more source than can be read' };
    const limits = { timeoutMs: TIMEOUT_MS, maxHeapMb: MAX_HEAP_MB, signal: deps.signal };
    return await askOwnProcess(ENTRY, { subject: 'the change', question, schema: Reading, ...limits });
  };
  return deps.remember(`security:${key}`, SecurityOutcome, compute, ({ status }) => status === 'answered');
}
