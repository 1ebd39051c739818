/** A check as one page that needs nothing beside it: no script, no font, no address, nothing to load. */
import { createHash } from 'node:crypto';
import { ARCHITECTURE_RULES, type CheckFinding, type CheckReport, type DriftRow } from '#contracts';
import { summary } from './check-terminal.ts';
import { changeText, driftHead, driftRow, isOutside } from './drift-table.ts';
import { escapeMarkup } from './escape.ts';
import { drawPicture, PICTURE_STYLE } from './picture.ts';

/** Beyond it a page is no longer read; the JSON document has all. */
const MAX_FINDINGS = 500;
const MAX_STEPS = 30;

const STYLE = [
  ':root{color-scheme:light dark;--ink:#1f2328;--dim:#59636e;--line:#d1d9e0;--paper:#fff;--gate:#cf222e;--warn:#9a6700;--good:#1a7f37}',
  '@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#3d444d;--paper:#0d1117;--gate:#f85149;--warn:#d29922;--good:#3fb950}}',
  'body{margin:2rem auto;padding:0 1rem;max-width:70rem;background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,sans-serif}',
  'h1{font-size:1.4rem;margin:0}h3{font-size:1rem;margin:1.2rem 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}p{margin:.3rem 0}',
  'code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.dim,dt{color:var(--dim)}.gate,.failed{color:var(--gate)}.warn,.unscored{color:var(--warn)}.passed{color:var(--good)}',
  'article{border-left:3px solid var(--line);padding:.1rem 0 .1rem .8rem;margin:1rem 0}article.gate{border-color:var(--gate);color:inherit}article.warn{border-color:var(--warn);color:inherit}',
  'table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line)}td.number{text-align:right;font-variant-numeric:tabular-nums}',
  '.scroll{overflow:auto;border:1px solid var(--line);max-height:80vh}.band .usual{fill:var(--line)}.band .now{fill:var(--good)}.band .out{fill:var(--gate)}',
  'pre{white-space:pre-wrap;font:13px/1.5 ui-monospace,monospace}',
  PICTURE_STYLE,
].join('');

/** The policy allows this one style sheet, by its hash, and nothing else: were something not escaped, it could still not load or run. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** Equal reports give equal pages, the time of the check apart. */
export function renderHtml(report: CheckReport): string {
  const title = `longhaul check: ${report.verdict}`;
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head><body>`,
    ...header(report),
    ...findings(report),
    ...drift(report),
    ...versions(report),
    ...picture(report),
    ...explanation(report),
    ...gaps(report),
    '</body></html>',
    '',
  ].join('\n');
}

function header(report: CheckReport): string[] {
  const { repository, folder, base, head, facts, version, timing } = report;
  const counts = Object.entries(facts).map(([name, count]) => `${count} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`);
  return [
    `<h1><span class="${report.verdict}">${report.verdict}</span>: ${escapeMarkup(summary(report))}</h1>`,
    ...(report.reason === null ? [] : [`<p class="unscored">Nothing can be said of this change: ${escapeMarkup(report.reason)}</p>`]),
    `<p class="dim"><code>${escapeMarkup(repository)}</code>${folder === '' ? '' : `, folder <code>${escapeMarkup(folder)}</code>`}${head.branch === null ? '' : ` on <code>${escapeMarkup(head.branch)}</code>`} at <code>${head.commit.slice(0, 10)}</code> against <code>${base.commit.slice(0, 10)}</code>: ${escapeMarkup(base.why)}</p>`,
    `<p class="dim">${escapeMarkup(counts.join(', '))}; longhaul ${escapeMarkup(version)}, ${Math.round(timing.wallMs)} ms</p>`,
  ];
}

function versions({ versions: needed }: CheckReport): string[] {
  if (needed.length === 0) return [];
  const rows = needed.map((each) => `<tr><td><code>${escapeMarkup(each.package)}</code></td><td>${each.class}</td></tr>`);
  return ['<h2>The next version, by the public names</h2>', '<table><tr><th>package</th><th>semver</th></tr>', ...rows, '</table>'];
}

function findings({ findings: all }: CheckReport): string[] {
  if (all.length === 0) return [];
  const left = all.length - MAX_FINDINGS;
  const shown = all.slice(0, MAX_FINDINGS);
  const loud = shown.filter(({ severity }) => severity !== 'record');
  const quiet = shown.filter(({ severity }) => severity === 'record');
  return [
    '<h2>Findings</h2>',
    ...byRule(loud),
    ...(quiet.length === 0 ? [] : [`<details><summary>${quiet.length} for the record</summary>`, ...byRule(quiet), '</details>']),
    ...(left > 0 ? [`<p class="dim">${left} more are in the JSON document.</p>`] : []),
  ];
}

/** What a rule is for is said once, above all that it found. */
function byRule(findings: readonly CheckFinding[]): string[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].flatMap(([rule, found]) => {
    const known = ARCHITECTURE_RULES.get(rule);
    const human = found[0]?.human ?? null;
    return [
      `<h3>${escapeMarkup(known?.title ?? rule)} <span class="dim">${escapeMarkup(rule)}, ${found.length}</span></h3>`,
      known === undefined ? '' : `<p class="dim">${escapeMarkup(known.reason)} <b>Instead</b>: ${escapeMarkup(known.instead)}</p>`,
      human === null ? '' : `<p class="dim">People trip this in ${human.tripped} of ${human.of} commits.</p>`,
      ...found.map(article),
    ];
  });
}

function article({ severity, message, place, witness }: CheckFinding): string {
  const where = `${place.path}${place.line === undefined ? '' : `:${place.line}`}`;
  const steps = witness.slice(0, MAX_STEPS).map((step) => `<code>${escapeMarkup(step)}</code>`);
  const more = witness.length > MAX_STEPS ? ` and ${witness.length - MAX_STEPS} more` : '';
  return [
    `<article class="${severity}"><p><span class="${severity}">${severity}</span> <code>${escapeMarkup(where)}</code></p>`,
    `<p>${escapeMarkup(message)}</p>`,
    steps.length > 2 ? `<p class="dim">${steps.join(' → ')}${more}</p>` : '',
    '</article>',
  ].join('');
}

function drift({ drift: rows, calibration }: CheckReport): string[] {
  if (rows.length === 0) return [];
  const isCalibrated = calibration !== null;
  const moved = rows.filter((row) => changeText(row) !== '');
  const body = moved.map((row) => {
    const cells = driftRow(row, isCalibrated).map(
      (text, index) => `<td${index >= 1 && index <= 3 ? ' class="number"' : ''}>${escapeMarkup(text)}</td>`,
    );
    return `<tr>${cells.join('')}${isCalibrated ? `<td>${bandPicture(row)}</td>` : ''}</tr>`;
  });
  const head = [...driftHead(isCalibrated), ...(isCalibrated ? [''] : [])].map((text) => `<th>${text}</th>`).join('');
  return [
    '<h2>Drift from the base</h2>',
    ...(moved.length === 0
      ? ['<p class="dim">No metric has changed.</p>']
      : [`<div><table><thead><tr>${head}</tr></thead><tbody>`, ...body, '</tbody></table></div>']),
    ...(isCalibrated
      ? [
          `<p class="dim">Usual: between these changes lie 90 % of the stretches of as many commits, among the last ${calibration.commits} up to <code>${calibration.newest.slice(0, 10)}</code>.</p>`,
        ]
      : []),
  ];
}

const BAND_PX = { width: 160, height: 14 };

/** What people did as a bar, this change as a mark on it. */
function bandPicture({ usual, change }: DriftRow): string {
  if (usual === null || change === null) return '';
  const low = Math.min(usual.low, change, 0);
  const span = Math.max(usual.high, change, 0) - low || 1;
  const x = (value: number) => Math.round(((value - low) / span) * (BAND_PX.width - 4));
  const mark = isOutside(usual, change) ? 'out' : 'now';
  return `<svg class="band" width="${BAND_PX.width}" height="${BAND_PX.height}" role="img"><rect class="usual" x="${x(usual.low)}" y="4" width="${Math.max(2, x(usual.high) - x(usual.low))}" height="6"/><rect class="${mark}" x="${x(change)}" y="0" width="4" height="14"/></svg>`;
}

function picture({ picture: drawn }: CheckReport): string[] {
  if (drawn === null || drawn.nodes.length === 0) return [];
  const { width, height, markup } = drawPicture(drawn);
  return [
    '<h2>Modules</h2>',
    `<div class="scroll"><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" class="picture">${markup}</svg></div>`,
  ];
}

function explanation({ explanation: lines }: CheckReport): string[] {
  return lines === null ? [] : ['<h2>The contract of the base</h2>', `<pre>${lines.map(escapeMarkup).join('\n')}</pre>`];
}

function gaps({ unread, skipped, notes }: CheckReport): string[] {
  const lines = [
    ...unread.map(({ path, tool, reason }) => `Not judged by ${path} (${tool}): ${reason}`),
    ...skipped.map(({ path, reason }) => `Not read: ${path} (${reason})`),
    ...notes,
  ];
  return lines.length === 0
    ? []
    : ['<h2>What was not seen</h2>', ...lines.slice(0, MAX_FINDINGS).map((text) => `<p>${escapeMarkup(text)}</p>`)];
}
