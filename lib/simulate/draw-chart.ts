import { joinBins, type Bin } from './bins.ts';
import { CHART_STYLE } from './chart-style.ts';
import { describe, summarise, toTitle } from './chart-text.ts';
import { escapeMarkup } from './escape.ts';
import { maxOf, minOf } from './extremes.ts';
import { formatDuration } from './format.ts';
import type { Report } from './report.ts';
import { toTicks } from './time-axis.ts';

const MARGIN = 12;
const TITLE = 40;
const COLUMNS = 84;
const LATENCY = 56;
const STRIP = 8;
const GAP = 18;

/** From the bottom of a column up: class of the drawing, and words of the legend. */
const FATES = [
  ['good', 'good'],
  ['met', 'bad, let through'],
  ['lost', 'good, rejected'],
  ['spared', 'bad, rejected'],
] as const;

/** Draws reports of one traffic below each other, over one axis of time. */
export function drawChart(reports: readonly Report[], width: number): string {
  const drawing = new Drawing(reports, width);
  return drawing.toString();
}

class Drawing {
  private readonly _reports: readonly Report[];
  private readonly _width: number;
  private readonly _from: number;
  private readonly _to: number;
  private readonly _parts: string[] = [];
  private _y = MARGIN;

  constructor(reports: readonly Report[], width: number) {
    this._reports = reports;
    this._width = width;
    this._from = minOf(reports.map(({ from }) => from));
    this._to = maxOf(reports.map(({ to }) => to));
    const [first] = reports;
    if (!first) return;
    this._legend();
    this._latency(first);
    const most = maxOf(
      reports.flatMap((report) => this._bins(report).map(({ asked }) => asked)),
      1,
    );
    for (const report of reports) this._panel(report, most);
    this._axis();
  }

  toString(): string {
    const height = this._y + MARGIN;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" class="fluxgate" viewBox="0 0 ${String(this._width)} ${fixed(height)}" width="${String(this._width)}" height="${fixed(height)}" role="img">`,
      `<title>${escapeMarkup(toTitle(this._reports))}</title>`,
      `<desc>${escapeMarkup(this._reports.map(describe).join(' '))}</desc>`,
      CHART_STYLE,
      ...this._parts,
      '</svg>',
      '',
    ].join('\n');
  }

  private _legend(): void {
    let x = MARGIN;
    for (const [name, words] of [...FATES, ['outage', 'outage'], ['open', 'not closed']] as const) {
      const length = 26 + words.length * 6.6;
      if (x + length > this._width) {
        x = MARGIN;
        this._y += 20;
      }
      this._rect(name, x, this._y + 2, 12, 12);
      this._text(x + 17, this._y + 12, words, 'note');
      x += length;
    }
    this._y += 20;
  }

  /** How long calls took, in the middle and at worst; one for all, since it is the traffic's. */
  private _latency(report: Report): void {
    const bins = this._bins(report);
    const finite = bins.flatMap(({ p99 }) => (p99 !== undefined && p99 < Infinity ? [p99] : []));
    const most = maxOf(finite, 0);
    if (most === 0) return;
    this._y += GAP;
    this._parts.push(
      `<text class="note" x="${String(MARGIN)}" y="${fixed(this._y)}">duration of calls: <tspan class="median">median</tspan>, ` +
        `<tspan class="worst">99 of 100</tspan>, up to ${escapeMarkup(formatDuration(most))}</text>`,
    );
    this._y += 6;
    this._outages(report, LATENCY);
    for (const name of ['p99', 'p50'] as const) {
      const path = bins
        .map((bin, i) => {
          const value = bin[name];
          if (value === undefined) return '';
          const command = bins[i - 1]?.[name] === undefined ? 'M' : 'L';
          const y = this._y + LATENCY * (1 - Math.min(1, value / most));
          return `${command}${fixed(this._x(bin.from))} ${fixed(y)}h${fixed(this._widthOf(bins, i))}`;
        })
        .join('');
      this._parts.push(`<path class="${name}" d="${path}"/>`);
    }
    this._line(this._y + LATENCY);
    this._y += LATENCY + 4;
  }

  private _panel(report: Report, most: number): void {
    this._y += TITLE - 20;
    this._text(MARGIN, this._y, this._clip(report.name), 'title');
    for (const line of this._wrap(summarise(report))) this._text(MARGIN, (this._y += 15), line, 'note');
    this._y += 5;
    this._outages(report, COLUMNS);
    const bins = this._bins(report);
    const heights = bins.map(() => 0);
    for (const [name] of FATES) {
      const path = bins
        .map((bin, i) => {
          const height = (bin[name] / most) * COLUMNS;
          if (height === 0) return '';
          heights[i]! += height;
          const w = fixed(this._widthOf(bins, i));
          return `M${fixed(this._x(bin.from))} ${fixed(this._y + COLUMNS - heights[i]!)}h${w}v${fixed(height)}h-${w}z`;
        })
        .join('');
      if (path) this._parts.push(`<path class="${name}" d="${path}"/>`);
    }
    this._line(this._y + COLUMNS);
    this._y += COLUMNS + 3;
    this._rect('strip', MARGIN, this._y, this._width - 2 * MARGIN, STRIP);
    for (const { at, until = report.to, detail, falseAlarm } of report.openings) {
      const x = this._x(at);
      const kind = falseAlarm ? 'open alarm' : 'open';
      const title = `<title>${escapeMarkup(detail)}</title>`;
      this._rect(kind, x, this._y, Math.max(1, this._x(until) - x), STRIP, title);
    }
    this._y += STRIP;
  }

  private _outages(report: Report, height: number): void {
    for (const { from, to } of report.outages) {
      const x = this._x(from);
      this._rect('outage', x, this._y, Math.max(1, this._x(to) - x), height);
    }
  }

  private _axis(): void {
    for (const { at, label } of toTicks(this._from, this._to, Math.max(2, Math.floor(this._width / 110)))) {
      const x = this._x(at);
      this._parts.push(`<path class="tick" d="M${fixed(x)} ${fixed(this._y + 2)}v5"/>`);
      const anchor = x > this._width - 40 ? 'end' : x < 40 ? 'start' : 'middle';
      this._parts.push(
        `<text class="note" x="${fixed(x)}" y="${fixed(this._y + 20)}" text-anchor="${anchor}">${escapeMarkup(label)}</text>`,
      );
    }
    this._y += 24;
  }

  /** The timeline, of so many bins that each is as wide as two pixels. */
  private _bins({ timeline }: Report): readonly Bin[] {
    const group = Math.ceil(timeline.length / ((this._width - 2 * MARGIN) / 1.8));
    if (group <= 1) return timeline;
    return Array.from({ length: Math.ceil(timeline.length / group) }, (_, k) =>
      joinBins(timeline.slice(k * group, (k + 1) * group)),
    );
  }

  private _x(time: number): number {
    const length = this._to - this._from || 1;
    return MARGIN + ((time - this._from) / length) * (this._width - 2 * MARGIN);
  }

  private _widthOf(bins: readonly Bin[], i: number): number {
    const end = bins[i + 1]?.from ?? this._to;
    return Math.max(0.5, this._x(end) - this._x(bins[i]!.from));
  }

  private _rect(name: string, x: number, y: number, width: number, height: number, inside = ''): void {
    const shape = `class="${name}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}"`;
    this._parts.push(inside ? `<rect ${shape}>${inside}</rect>` : `<rect ${shape}/>`);
  }

  private _line(y: number): void {
    this._parts.push(`<path class="tick" d="M${String(MARGIN)} ${fixed(y)}h${fixed(this._width - 2 * MARGIN)}"/>`);
  }

  private _text(x: number, y: number, text: string, name: string): void {
    this._parts.push(`<text class="${name}" x="${fixed(x)}" y="${fixed(y)}">${escapeMarkup(text)}</text>`);
  }

  /** A sentence in lines, broken at its commas. */
  private _wrap(text: string): string[] {
    const most = Math.floor((this._width - 2 * MARGIN) / 6.4);
    const lines: string[] = [];
    for (const part of text.split(', ')) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + part.length + 2 <= most) lines[lines.length - 1] = `${last}, ${part}`;
      else lines.push(part);
    }
    return lines.map((line, i) => (i < lines.length - 1 ? `${line},` : line));
  }

  /** A name may be longer than a line. */
  private _clip(text: string): string {
    const most = Math.floor(this._width / 8);
    const chars = Array.from(text);
    return chars.length > most ? `${chars.slice(0, most - 1).join('')}…` : text;
  }
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
