/** The tables, as queries see them. jsonb goes in as text and comes out parsed but not yet believed. */
import type { ColumnType, Generated } from 'kysely';

export const SCHEMA = 'longhaul';

type Json = ColumnType<unknown, string, string>;
type NullableJson = ColumnType<unknown, string | null, string | null>;

export interface Tables {
  'longhaul.runs': { id: string; state: string; config: Json; fingerprint: Json; created_at: Date; finished_at: Date | null };
  'longhaul.trials': {
    id: string;
    run_id: string;
    position: number;
    agent: Json;
    seed: number;
    task: string;
    state: string;
    worker: string | null;
    fence: Generated<number>;
    isolation: NullableJson;
    error: NullableJson;
  };
  'longhaul.milestones': {
    trial_id: string;
    position: number;
    name: string;
    resolved: string;
    useful: string;
    regressions: number;
    grade: Json;
  };
  'longhaul.checks': { trial_id: string; position: number; name: string; status: string; summary: string };
  'longhaul.findings': { trial_id: string; position: number; id: string; rule: string; severity: string; path: string; message: string };
  'longhaul.usage': {
    trial_id: string;
    position: number;
    model_calls: number;
    prompt_tokens: number;
    cached_tokens: number;
    completion_tokens: number;
    cost_usd: number | null;
    cost_source: string;
    wall_ms: number;
  };
  'longhaul.events': { run_id: string; seq: number; id: string; at: Date; body: Json };
  'longhaul.memos': { key: string; body: Json; created_at: Generated<Date> };
}
