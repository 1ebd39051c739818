/** Whether a model answers under the address that agents would use. */
import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Diagnosis } from './diagnosis.ts';

const PATIENCE_MS = 5_000;
/** Where the `openai` package sends its calls when only a key is set. */
const OPENAI = 'https://api.openai.com/v1';

/** The list of models, as every OpenAI-compatible server answers `GET /models`. */
const ModelList = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });

/** Never `missing`: agents that need no model run without one. */
export async function diagnoseModel({ environment }: Config): Promise<Diagnosis> {
  const { OPENAI_BASE_URL: address, OPENAI_API_KEY: key } = environment;
  const limited = (found: string, fix: string): Diagnosis => ({ part: 'model', state: 'limited', found, fix });
  if (!address && !key) {
    return limited(
      'no endpoint is set: only agents without a model run',
      'export OPENAI_BASE_URL=http://localhost:8000/v1 OPENAI_API_KEY=...',
    );
  }
  const base = (address || OPENAI).replace(/\/+$/, '');
  const place = URL.canParse(base) ? new URL(base).host : null;
  if (place === null) return limited('OPENAI_BASE_URL is no URL', 'export OPENAI_BASE_URL=http://localhost:8000/v1');
  try {
    const response = await fetch(`${base}/models`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 401 || response.status === 403) return limited(`${place} refuses the key`, 'correct OPENAI_API_KEY');
    if (!response.ok)
      return limited(`${place} answers ${response.status} to GET /models`, 'correct OPENAI_BASE_URL: it usually ends with /v1');
    const list = ModelList.safeParse(await response.json().catch(() => null));
    if (!list.success)
      return limited(`${place} does not list its models as OpenAI does`, 'correct OPENAI_BASE_URL: it usually ends with /v1');
    const [first] = list.data.data;
    return {
      part: 'model',
      state: 'ok',
      found: `${place}, ${list.data.data.length} models${first ? `, ${first.id} first` : ''}`,
      fix: null,
    };
  } catch (error) {
    const why = error instanceof Error && error.name === 'TimeoutError' ? `within ${PATIENCE_MS / 1000} s` : 'at all';
    return limited(`${place} does not answer ${why}`, 'start the server, or correct OPENAI_BASE_URL');
  }
}
