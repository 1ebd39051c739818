/** A memo and a place for documents in the memory of this process, for whoever grades without a database. */
import { createHash } from 'node:crypto';
import { type ContentHash, LonghaulError } from '#contracts';
import type { HarnessDeps } from './harness-deps.ts';

/**
 * Gone with the process; documents are kept as they are, secrets included.
 * @param memos what was computed, as JSON by its key: given by whoever wants to look, or to go on with what others computed.
 */
export function inMemoryDeps(around: Pick<HarnessDeps, 'host' | 'signal' | 'emit'>, memos: Map<string, string> = new Map()): HarnessDeps {
  const computing = new Map<string, Promise<void>>();
  const artifacts = new Map<string, Uint8Array>();
  const keep = async (bytes: Uint8Array) => {
    const hash = createHash('sha256').update(bytes).digest('hex') as ContentHash;
    artifacts.set(hash, bytes);
    return hash;
  };
  const read = async (hash: ContentHash) => {
    const bytes = artifacts.get(hash);
    if (bytes === undefined) throw new LonghaulError('E_ARTIFACT_MISSING', `There is no artifact ${hash}.`);
    return bytes;
  };
  return {
    ...around,
    async remember(key, schema, compute, worthKeeping = () => true) {
      // Of those who ask at the same time one computes; if that came to nothing worth keeping, the next one does.
      for (let other = computing.get(key); other !== undefined; other = computing.get(key)) await other;
      const kept = memos.get(key);
      if (kept !== undefined) return schema.parse(JSON.parse(kept));
      const done = Promise.withResolvers<void>();
      computing.set(key, done.promise);
      try {
        // By way of JSON, as a database gives it back.
        const text = JSON.stringify(await compute());
        const value = schema.parse(JSON.parse(text));
        if (worthKeeping(value)) memos.set(key, text);
        return value;
      } finally {
        computing.delete(key);
        done.resolve();
      }
    },
    keepText: (text) => keep(Buffer.from(text)),
    keepBytes: keep,
    readText: async (hash) => Buffer.from(await read(hash)).toString('utf8'),
    readBytes: read,
  };
}
