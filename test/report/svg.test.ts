/** The picture of modules as a file: well-formed, the same each time, and nobody's name becomes markup in it. */
import { expect, test } from 'vitest';
import type { ContractPicture } from '#contracts';
import { renderSvg } from '#report';
import { largePicture, PICTURE } from './check-reports.ts';

/** Tags that open are closed, in order. @returns the names of all elements. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, slash, name = '', , selfClosing] of svg.matchAll(/<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/g)) {
    if (slash) expect(open.pop()).toBe(name);
    else {
      seen.push(name);
      if (!selfClosing) open.push(name);
    }
  }
  expect(open).toEqual([]);
  expect(svg.match(/</g)?.length).toBe(seen.length + [...svg.matchAll(/<\//g)].length);
  return seen;
}

test('every module is a box with its name, every forbidden arrow is marked and says why', () => {
  const svg = renderSvg(PICTURE);
  for (const { name } of PICTURE.nodes) expect(svg).toContain(`>${name}</text>`);
  expect(svg.match(/<path class="forbidden type"/g)).toHaveLength(1);
  expect(svg).toContain('src/flour → src/oven, types only, forbidden: no-orders: &quot;flour&quot; &lt;never&gt; orders');
  expect(svg).toContain('>breaks a rule</text>');
  expect(new Set(elementsOf(svg))).toEqual(new Set(['svg', 'style', 'title', 'rect', 'g', 'path', 'text']));
});

test('an arrow that a longer way implies is left out and counted, unless it is new or forbidden', () => {
  const arrow = (state: 'allowed' | 'new' | 'forbidden') => renderSvg(withState(state)).includes('src/counter → src/flour');
  expect(arrow('allowed')).toBe(false);
  expect(renderSvg(withState('allowed'))).toContain('1 arrow that longer ways imply left out');
  expect(arrow('new')).toBe(true);
  expect(arrow('forbidden')).toBe(true);
});

/** The counter reaches the flour by way of the oven, and directly. */
function withState(state: 'allowed' | 'new' | 'forbidden'): ContractPicture {
  const edges = PICTURE.edges
    .slice(0, 3)
    .map((edge) => (edge.from === 'src/counter' && edge.to === 'src/flour' ? { ...edge, state } : edge));
  return { ...PICTURE, edges };
}

test('of two modules on one cycle neither arrow into it is implied by the other', () => {
  const node = (name: string) => ({ name, package: '.', files: 1, rank: 0, inCycle: false });
  const edge = (from: string, to: string) => ({ from, to, kind: 'value' as const, state: 'allowed' as const });
  const svg = renderSvg({
    nodes: ['door', 'hall', 'stairs'].map(node),
    edges: [edge('door', 'hall'), edge('door', 'stairs'), edge('hall', 'stairs'), edge('stairs', 'hall')],
  });
  expect(svg).toContain('door → hall');
  expect(svg).toContain('door → stairs');
});

test('equal pictures give equal text, whatever the order of their parts', () => {
  const turned = { nodes: PICTURE.nodes.toReversed(), edges: PICTURE.edges };
  expect(renderSvg(turned)).toBe(renderSvg(PICTURE));
});

test('hostile names stay text', () => {
  const evil = '</text><script>alert(1)</script><text x="';
  const names = [evil, '__proto__', 'constructor', `a${'\u202e'}b\u0000${'\ud800'}`];
  const nodes = names.map((name) => ({ name, package: name, files: 1, rank: 0, inCycle: false }));
  const edges = names.slice(1).map((name) => ({ from: evil, to: name, kind: 'value' as const, state: 'new' as const, reason: evil }));
  const svg = renderSvg({ nodes, edges });
  expect(elementsOf(svg)).not.toContain('script');
  expect(svg.match(/<path class="new"/g)).toHaveLength(4); // three arrows and the legend
  expect(svg).not.toMatch(/[\u0000\u202e\ud800]/);
});

test('eighty modules are laid out without one box over another', () => {
  const svg = renderSvg(largePicture(80));
  const boxes = [...svg.matchAll(/class="module" x="([-\d.]+)" y="([-\d.]+)" width="(\d+)" height="(\d+)"/g)].map((match) =>
    match.slice(1).map(Number),
  );
  expect(boxes).toHaveLength(80);
  const overlaps = boxes.filter(([x = 0, y = 0, w = 0, h = 0], index) =>
    boxes.slice(index + 1).some(([a = 0, b = 0, c = 0, d = 0]) => x < a + c && a < x + w && y < b + d && b < y + h),
  );
  expect(overlaps).toEqual([]);
});

test('an empty picture is one too', () => {
  expect(elementsOf(renderSvg({ nodes: [], edges: [] }))).toContain('svg');
});
