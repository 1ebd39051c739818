/** docs/metrics.md describes what is measured: every number of the catalogue, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS } from '#architecture';

const document = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');

test('docs/metrics.md has one row per metric, in the order of the catalogue', () => {
  const sections = new Map(document.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]));
  const rows = (title: string) => [...(sections.get(title) ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  const graph = rows('The graph: `value.*` and `all.*`');
  expect([
    ...graph.map((name) => `value.${name}`),
    ...graph.map((name) => `all.${name}`),
    ...rows('The code: `code.*`').map((name) => `code.${name}`),
    ...rows('The rest'),
  ]).toEqual([...METRICS.keys()]);
});

test('docs/metrics.md gives each metric the unit of the catalogue', () => {
  for (const [name, { unit }] of METRICS) {
    const row = document.split('\n').find((line) => line.startsWith(`| \`${name.split('.').at(-1)}\``));
    expect(row?.split('|')[2], name).toContain(`${unit}, `);
  }
});
