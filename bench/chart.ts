import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { precise } from './report.ts';
import type { Results } from './results.ts';
import type { Table } from './rounds.ts';
import { MAP } from './variants/guarded.ts';
import { AWAITED_MAP } from './variants/awaited.ts';
import { REJECTED } from './variants/rejections.ts';

interface Bar {
  readonly name: string;
  readonly ratio: number;
  readonly kind: 'ours' | 'theirs' | 'plain';
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 840;
const LEFT = 340;
const RIGHT = 70;
const ROW = 24;
const TITLE = 44;
const MARGIN = 16;

/** The ratios as bars, readable on light and on dark. */
export function chartOf({ tables, versions }: Results): string {
  const panels = [
    panelOf(tables, 'A guarded of(1), subscribed: how many times map((x) => x)', MAP),
    panelOf(tables, 'A guarded of(1), awaited: how many times map((x) => x), awaited', AWAITED_MAP),
    panelOf(tables, 'A rejected call: how many times circuitBreaker, subscribed', REJECTED),
  ];
  let y = MARGIN;
  const parts: string[] = [];
  for (const { title, bars } of panels) {
    parts.push(text(MARGIN, y + 18, title, 'title'));
    y += TITLE - 12;
    const most = Math.max(...bars.map(({ ratio }) => ratio));
    for (const bar of bars) {
      const width = Math.max(1, (bar.ratio / most) * (WIDTH - LEFT - RIGHT));
      parts.push(
        text(LEFT - 10, y + 16, bar.name, 'name'),
        `<rect class="${bar.kind}" x="${String(LEFT)}" y="${String(y + 4)}" width="${width.toFixed(1)}" height="${String(ROW - 8)}" rx="2"/>`,
        text(LEFT + width + 8, y + 16, `${precise(bar.ratio)} ×`, 'ratio'),
      );
      y += ROW;
    }
    y += 16;
  }
  parts.push(
    text(
      MARGIN,
      y + 12,
      `Shorter is faster. Node ${versions['node'] ?? '?'}, opossum ${versions['opossum'] ?? '?'}, cockatiel ${versions['cockatiel'] ?? '?'}.`,
      'note',
    ),
  );
  const height = y + 12 + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(height)}" width="${String(WIDTH)}" height="${String(height)}" role="img">`,
    '<title>What a guarded call and a rejection cost, as ratios</title>',
    STYLE,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 14px; }
.name { text-anchor: end; }
.note { font-size: 12px; fill: #59636e; }
.ours { fill: #0969da; }
.theirs { fill: #bc4c00; }
.plain { fill: #818b98; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .note { fill: #9198a1; }
  .ours { fill: #4493f8; }
  .theirs { fill: #db6d28; }
}
</style>`;

function panelOf(tables: readonly Table[], title: string, baseline: string): Panel {
  const rows = tables.find((table) => table.rows.some(({ name }) => name === baseline))?.rows ?? [];
  const one = rows.find(({ name }) => name === baseline)?.nanoseconds ?? NaN;
  return {
    title,
    bars: rows.map(({ name, nanoseconds }) => ({ name, ratio: nanoseconds / one, kind: kindOf(name) })),
  };
}

function kindOf(name: string): Bar['kind'] {
  if (name.startsWith('circuitBreaker')) return 'ours';
  return name.startsWith('opossum') || name.startsWith('cockatiel') ? 'theirs' : 'plain';
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${String(y)}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

// Run by itself, it draws what was measured last.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = JSON.parse(readFileSync(new URL('results.json', import.meta.url), 'utf8')) as Results;
  writeFileSync(new URL('results.svg', import.meta.url), chartOf(results));
}
