/** The store as the harness sees it: a memo and a place for documents. */
import type { HarnessDeps } from '#harness';
import type { Store } from '#store';

export function harnessDeps(store: Store, around: Pick<HarnessDeps, 'host' | 'signal' | 'emit'>): HarnessDeps {
  return {
    ...around,
    remember: (key, schema, compute, worthKeeping) => store.memo(key, schema, compute, worthKeeping),
    keepText: (text) => store.artifacts.putText(text),
    keepBytes: (bytes) => store.artifacts.putBytes(bytes),
    readText: (hash) => store.artifacts.getText(hash),
    readBytes: (hash) => store.artifacts.getBytes(hash),
  };
}
