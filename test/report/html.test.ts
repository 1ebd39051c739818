/** The page: complete in itself, safe whatever stands in the repository, small. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderHtml } from '#report';
import { checkReport, driftRow, finding, largePicture, PICTURE } from './check-reports.ts';

const DRIFT = [
  driftRow({ title: 'propagation cost (value imports)', base: 0.05, head: 0.06, change: 0.01, usual: { low: -0.001, high: 0.002 } }),
  driftRow({ metric: 'all.cyclicMass', title: 'cyclic mass (all imports)', base: 0.1, head: 0.1, change: 0 }),
];

test('findings with place, reason, proof and advice; how often people trip the rule', () => {
  const page = renderHtml(checkReport({ findings: [finding({ human: { tripped: 3, of: 200, low: 0.005, high: 0.043 } })] }));
  for (const text of [
    '1 gate, 0 warnings',
    'src/oven.ts:3',
    'A new import cycle',
    '<code>src/flour.ts</code>',
    'Move what both sides need',
    '3 of 200 commits',
  ])
    expect(page).toContain(text);
});

test('drift stands before its human band, and says when it left it', () => {
  const page = renderHtml(checkReport({ drift: DRIFT, calibration: { commits: 200, newest: 'c'.repeat(40) as never } }));
  expect(page).toContain('propagation cost');
  expect(page).toContain('-0.1 pp to +0.2 pp, not usual');
  expect(page).toContain('<rect class="usual"');
  expect(page).not.toContain('cyclic mass');
});

test('nothing is loaded and nothing can run: the policy allows the one style sheet in the page and nothing else', () => {
  const page = renderHtml(checkReport({ picture: PICTURE, drift: DRIFT, explanation: ['src/counter may import src/oven.'] }));
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`);
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
  expect(page).not.toMatch(/\s(href|src|srcset|style|on\w+)=/i);
  expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:\/\//);
});

test('what a repository says stays text, wherever it is shown', () => {
  const evil = '"><script>alert(1)</script><b x=\'';
  const page = renderHtml(
    checkReport({
      repository: evil,
      folder: evil,
      base: { commit: 'a'.repeat(40) as never, why: evil },
      head: { commit: 'b'.repeat(40) as never, branch: evil },
      verdict: 'unscored',
      reason: evil,
      findings: [finding({ rule: evil, message: evil, place: { path: evil }, witness: [evil, evil] })],
      facts: { [evil]: 1 },
      drift: [driftRow({ metric: evil, title: evil, unit: evil, base: 1, head: 2, change: 1 })],
      versions: [{ package: evil, class: 'major' }],
      unread: [{ path: evil, tool: evil, reason: evil }],
      skipped: [{ path: evil, reason: evil }],
      notes: [evil],
      explanation: [evil],
      picture: { nodes: [{ name: evil, package: evil, files: 1, rank: 0, inCycle: false }], edges: [] },
    }),
  );
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<b x');
  expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(14);
});

test('fifty findings and eighty modules take less than 100 kB; ten thousand findings are cut and counted', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => finding({ id: `new-cycle:${index}` }));
  expect(Buffer.byteLength(renderHtml(checkReport({ findings: many(50), picture: largePicture(80) })))).toBeLessThan(100_000);
  const page = renderHtml(checkReport({ findings: many(10_000) }));
  expect(page).toContain('9500 more are in the JSON document.');
  expect(Buffer.byteLength(page)).toBeLessThan(600_000);
});
