/** docs/run-report.schema.json is the schema in contracts/. After a change, `npm test -- test/docs/run-report-schema.test.ts -u` writes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { RunReport } from '#contracts';

test('docs/run-report.schema.json describes what run --json and report --json print', async () => {
  const schema = {
    title: 'Longhaul run report',
    description: 'The one document that `longhaul run --json` and `longhaul report <run> --json` print.',
    ...z.toJSONSchema(RunReport),
  };
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/run-report.schema.json'));
});
