/** Lays out and draws the modules of an architecture. */
import { Graph, layout } from '@dagrejs/dagre';
import type { ContractPicture, PictureEdgeState } from '#contracts';
import { escapeMarkup } from './escape.ts';
import { withoutImplied } from './implied-edges.ts';

type Node = ContractPicture['nodes'][number];
type Edge = ContractPicture['edges'][number];

export interface Drawing {
  /** In pixels at full size. */
  width: number;
  height: number;
  /** The inside of an `svg` element. */
  markup: string;
}

interface Colours {
  paper: string;
  ink: string;
  dim: string;
  line: string;
  box: string;
  fresh: string;
  bad: string;
}

const LIGHT: Colours = { paper: '#fff', ink: '#1f2328', dim: '#59636e', line: '#9aa4b0', box: '#f3f5f7', fresh: '#0969da', bad: '#cf222e' };
const DARK: Colours = {
  paper: '#0d1117',
  ink: '#e6edf3',
  dim: '#9198a1',
  line: '#59636e',
  box: '#1c2128',
  fresh: '#4493f8',
  bad: '#f85149',
};

/** No rule reaches what lies outside an element of class `picture`. Written without variables, which many viewers of SVG do not know. */
export const PICTURE_STYLE = [
  '.picture text{font:12px ui-sans-serif,system-ui,sans-serif}.picture .dim{font-size:11px}',
  '.picture path{fill:none;stroke-width:1}.picture path.new{stroke-width:2}.picture path.forbidden{stroke-width:2.5}',
  '.picture path.type{stroke-dasharray:2 3}.picture path.gone{stroke-dasharray:1 5}.picture rect.cycle{stroke-dasharray:4 2}',
  painted(LIGHT),
  `@media(prefers-color-scheme:dark){${painted(DARK)}}`,
].join('');

function painted({ paper, ink, dim, line, box, fresh, bad }: Colours): string {
  return [
    `.picture .paper{fill:${paper}}.picture text{fill:${ink}}.picture .dim{fill:${dim}}`,
    `.picture rect.module{fill:${box};stroke:${line}}.picture rect.cycle{stroke:${bad}}`,
    `.picture path{stroke:${line}}.picture path.new{stroke:${fresh}}.picture path.forbidden{stroke:${bad}}`,
    `.picture path.arrow{stroke:none;fill:${line}}.picture path.arrow.new{fill:${fresh}}.picture path.arrow.forbidden{fill:${bad}}`,
  ].join('');
}

const LETTER_PX = 6.6;
const BOX_PX = 24;
const MARGIN_PX = 12;
const LEGEND_PX = 40;
const MAX_LETTERS = 44;
const STATES: readonly PictureEdgeState[] = ['gone', 'allowed', 'new', 'forbidden'];

/**
 * Layered by dagre (Gansner et al., A Technique for Drawing Directed Graphs, 1993). An edge that others imply is not drawn, unless it is what the reader
 * is to see: a hundred modules would otherwise be a ball of wool.
 */
export function drawPicture(picture: ContractPicture): Drawing {
  const nodes = picture.nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { edges, implied } = withoutImplied(picture.edges);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 10, edgesep: 6, ranksep: 90, marginx: MARGIN_PX, marginy: MARGIN_PX });
  const widest = new Map(nodes.map((node) => [node.name, Math.ceil(labelOf(node).length * LETTER_PX) + 16]));
  // Names are foreign text, and dagre keeps them as keys of plain objects: numbers stand in for them.
  const keys = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  for (const { name } of nodes) graph.setNode(keys.get(name) as string, { width: widest.get(name) as number, height: BOX_PX });
  const drawn = edges.filter(({ from, to }) => from !== to && keys.has(from) && keys.has(to));
  for (const { from, to } of drawn) graph.setEdge(keys.get(from) as string, keys.get(to) as string, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const size = { width: Math.max(420, Math.ceil(width)), height: Math.ceil(height) + LEGEND_PX };
  const arrows = drawn.toSorted(byState).map((edge) => {
    const { points = [] } = graph.edge(keys.get(edge.from) as string, keys.get(edge.to) as string) as { points?: Point[] };
    return drawEdge(edge, points);
  });
  const boxes = nodes.map((node) => {
    const { x, y } = graph.node(keys.get(node.name) as string) as Point;
    return drawNode(node, { x, y }, widest.get(node.name) as number);
  });
  const markup = `<title>Modules and the imports between them</title><rect class="paper" width="100%" height="100%"/>${arrows.join('')}${boxes.join('')}${legend(drawn, implied, size.height)}`;
  return { ...size, markup };
}

interface Point {
  x: number;
  y: number;
}

function labelOf({ name }: Node): string {
  return name.length <= MAX_LETTERS ? name : `…${name.slice(1 - MAX_LETTERS)}`;
}

function drawNode(node: Node, { x, y }: Point, width: number): string {
  const files = `${node.files} ${node.files === 1 ? 'file' : 'files'}`;
  const circle = node.inCycle ? ', on a cycle of modules' : '';
  return `<g><title>${escapeMarkup(`${node.name}: ${files}, package ${node.package}${circle}`)}</title><rect class="module${node.inCycle ? ' cycle' : ''}" x="${round(x - width / 2)}" y="${round(y - BOX_PX / 2)}" width="${width}" height="${BOX_PX}" rx="4"/><text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle">${escapeMarkup(labelOf(node))}</text></g>`;
}

/** Drawn last, and so on top: what is forbidden. */
function byState(a: Edge, b: Edge): number {
  const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (state !== 0) return state;
  return `${a.from}\0${a.to}` < `${b.from}\0${b.to}` ? -1 : 1;
}

function drawEdge({ from, to, kind, state, reason }: Edge, points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const before = rest.at(-2) ?? first;
  const title = `${from} → ${to}${kind === 'type' ? ', types only' : ''}${state === 'allowed' ? '' : `, ${state}`}${reason === undefined ? '' : `: ${reason}`}`;
  const classes = `${state}${kind === 'type' ? ' type' : ''}`;
  return `<g><title>${escapeMarkup(title)}</title><path class="${classes}" d="${curve(first, rest)}"/>${arrowHead(before, last, state)}</g>`;
}

/** Through the middle of each two bends, so that a line has no corners. */
function curve(first: Point, rest: readonly Point[]): string {
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (next === undefined) parts.push(`L${round(point.x)} ${round(point.y)}`);
    else parts.push(`Q${round(point.x)} ${round(point.y)} ${round((point.x + next.x) / 2)} ${round((point.y + next.y) / 2)}`);
  });
  return parts.join('');
}

function arrowHead(from: Point, to: Point, state: PictureEdgeState): string {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const corner = (turn: number) => `${round(to.x - 7 * Math.cos(angle + turn))} ${round(to.y - 7 * Math.sin(angle + turn))}`;
  return `<path class="arrow ${state}" d="M${round(to.x)} ${round(to.y)}L${corner(0.45)}L${corner(-0.45)}Z"/>`;
}

const MEANINGS: Readonly<Record<PictureEdgeState, string>> = {
  allowed: 'the base has it',
  new: 'new',
  forbidden: 'breaks a rule',
  gone: 'gone',
};

function legend(edges: readonly Edge[], implied: number, height: number): string {
  const y = height - 16;
  let x = MARGIN_PX;
  const parts = (Object.keys(MEANINGS) as PictureEdgeState[])
    .filter((state) => edges.some((edge) => edge.state === state))
    .map((state) => {
      const text = MEANINGS[state];
      const part = `<path class="${state}" d="M${x} ${y - 4}H${x + 26}"/><text class="dim" x="${x + 32}" y="${y}">${text}</text>`;
      x += 50 + Math.ceil(text.length * LETTER_PX);
      return part;
    });
  const note = implied === 0 ? '' : `${implied} ${implied === 1 ? 'arrow' : 'arrows'} that longer ways imply left out`;
  return `${parts.join('')}<text class="dim" x="${x}" y="${y}">${note}</text>`;
}

function round(value: number): number {
  return Math.round(value);
}
