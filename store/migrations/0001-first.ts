/** The first schema: runs, trials, graded milestones and what a query wants of them, events, memos. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { SCHEMA } from '../tables.ts';

export const first: Migration = {
  async up(db: Kysely<unknown>) {
    const schema = db.schema.withSchema(SCHEMA);
    await schema
      .createTable('runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('config', 'jsonb', (column) => column.notNull())
      .addColumn('fingerprint', 'jsonb', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('finished_at', 'timestamptz')
      .execute();
    await schema
      .createTable('trials')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('run_id', 'text', (column) => column.notNull().references(`${SCHEMA}.runs.id`).onDelete('cascade'))
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('agent', 'jsonb', (column) => column.notNull())
      .addColumn('seed', 'integer', (column) => column.notNull())
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('worker', 'text')
      // Grows with every claim; a write that names an older one is a zombie's.
      .addColumn('fence', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('isolation', 'jsonb')
      .addColumn('error', 'jsonb')
      .addUniqueConstraint('trials_by_position', ['run_id', 'position'])
      .execute();
    await schema
      .createTable('milestones')
      .addColumn('trial_id', 'text', (column) => column.notNull().references(`${SCHEMA}.trials.id`).onDelete('cascade'))
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('resolved', 'text', (column) => column.notNull())
      .addColumn('useful', 'text', (column) => column.notNull())
      .addColumn('regressions', 'integer', (column) => column.notNull())
      .addColumn('grade', 'jsonb', (column) => column.notNull())
      .addPrimaryKeyConstraint('milestones_pkey', ['trial_id', 'position'])
      .execute();

    const ofMilestone = (name: string) =>
      schema
        .createTable(name)
        .addColumn('trial_id', 'text', (column) => column.notNull())
        .addColumn('position', 'integer', (column) => column.notNull())
        .addForeignKeyConstraint(
          `${name}_of_milestone`,
          ['trial_id', 'position'],
          `${SCHEMA}.milestones`,
          ['trial_id', 'position'],
          (key) => key.onDelete('cascade'),
        );
    await ofMilestone('checks')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('checks_pkey', ['trial_id', 'position', 'name'])
      .execute();
    await ofMilestone('findings')
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('severity', 'text', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('findings_pkey', ['trial_id', 'position', 'id'])
      .execute();
    await ofMilestone('usage')
      .addColumn('model_calls', 'integer', (column) => column.notNull())
      .addColumn('prompt_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cached_tokens', 'bigint', (column) => column.notNull())
      .addColumn('completion_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cost_usd', 'double precision')
      .addColumn('cost_source', 'text', (column) => column.notNull())
      .addColumn('wall_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('usage_pkey', ['trial_id', 'position'])
      .execute();

    await schema
      .createTable('events')
      .addColumn('run_id', 'text', (column) => column.notNull().references(`${SCHEMA}.runs.id`).onDelete('cascade'))
      .addColumn('seq', 'integer', (column) => column.notNull())
      // Made by the writer, so that an event whose answer was lost is not written twice.
      .addColumn('id', 'uuid', (column) => column.notNull().unique())
      .addColumn('at', 'timestamptz', (column) => column.notNull())
      .addColumn('body', 'jsonb', (column) => column.notNull())
      .addPrimaryKeyConstraint('events_pkey', ['run_id', 'seq'])
      .execute();
    await schema
      .createTable('memos')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('body', 'jsonb', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
  },
};
