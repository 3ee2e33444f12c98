import { Fragment, h, render } from 'preact';
import uPlot from 'uplot';
import { Badge } from './badge.ts';
import { byId, setText } from './dom.ts';
import { count, duration, milliseconds, timeOfDay, toName } from './format.ts';
import type { Known, Model } from './model.ts';
import { colour } from './palette.ts';
import { bandsOf, seriesOf, type Band } from './series.ts';
import { STATES } from './states.ts';

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly fill?: boolean;
  readonly text: (value: number) => string;
}

/** In ms: what the charts show at least. */
const LEAST_SPAN = 60_000;

const perSecond = (value: number): string => `${count(value)}/s`;

const CALLS: readonly Line[] = [
  { label: 'calls', colour: 'calls', fill: true, text: perSecond },
  { label: 'failed', colour: 'failed', text: perSecond },
  { label: 'rejected', colour: 'rejected', dash: [5, 3], text: perSecond },
];

const LATENCY: readonly Line[] = [
  { label: 'mean', colour: 'calls', fill: true, text: milliseconds },
  { label: '95 %', colour: 'half', text: milliseconds },
  { label: 'longest', colour: 'muted', dash: [2, 3], text: milliseconds },
];

/** The charts of the circuit that is selected. */
export class Charts {
  private readonly _model: Model;
  private _bands: readonly Band[] = [];
  private readonly _charts: readonly [Chart, Chart];

  constructor(model: Model) {
    this._model = model;
    const bands = (): readonly Band[] => this._bands;
    this._charts = [new Chart('calls', CALLS, 1, bands), new Chart('latency', LATENCY, 10, bands)];
  }

  show({ row, samples }: Known): void {
    const { now, history, interval, startedAt } = this._model;
    // All that is kept, but not the time before there was anything to keep.
    // If that is yet to come, the clock of the server has been set back.
    const start = startedAt > now ? now - history : Math.max(now - history, startedAt);
    const { at, calls, failures, rejected, latency, p95, longest } = seriesOf(samples, start, now, interval);
    this._bands = bandsOf(samples, row);
    const [callsChart, latencyChart] = this._charts;
    const span: [number, number] = [Math.min(start, now - LEAST_SPAN) / 1_000, now / 1_000];
    const seen = samples.filter(([end]) => end >= start);
    const total = (part: 1 | 2 | 3): number => seen.reduce((sum, sample) => sum + sample[part], 0);
    const name = `${toName(row.key)}, the last ${duration(now - start)}`;
    callsChart.draw(
      [at, calls, failures, rejected],
      span,
      `Calls of ${name}: ${count(total(1))} calls, ${count(total(2))} failed, ${count(total(3))} rejected`,
    );
    const most = seen.reduce((longest, sample) => Math.max(longest, sample[5] ?? 0), 0);
    latencyChart.draw([at, latency, p95, longest], span, `Latency of ${name}: at most ${milliseconds(most)}`);
    this._showStates(start);
  }

  /** For a change of the colours. */
  redraw(): void {
    for (const chart of this._charts) chart.redraw();
  }

  /** Shows which states the background is coloured by. */
  private _showStates(start: number): void {
    const inSight = this._bands.filter((_, index) => (this._bands[index + 1]?.from ?? Infinity) > start / 1_000);
    const states = [...new Set(inSight.map(({ state }) => state))];
    render(h(Fragment, null, 'Background:', ...states.map((state) => h(Badge, { key: state, state }))), byId('bands'));
  }
}

class Chart {
  private readonly _box: HTMLElement;
  private readonly _legend: HTMLElement;
  private readonly _lines: readonly Line[];
  private readonly _plot: uPlot;
  private _span: [number, number] = [0, 1];

  constructor(name: string, lines: readonly Line[], least: number, bands: () => readonly Band[]) {
    this._box = byId(`${name}-chart`);
    this._legend = byId(`${name}-legend`);
    this._lines = lines;
    const axis: uPlot.Axis = {
      stroke: () => colour('muted'),
      grid: { stroke: () => colour('grid'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    this._plot = new uPlot(
      {
        width: 300,
        height: this._box.clientHeight || 150,
        padding: [8, 22, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: 'circuit' } },
        scales: {
          x: { time: true, range: () => this._span },
          y: { range: (_plot, _min, max) => [0, Math.max(least, (max || 0) * 1.1)] },
        },
        axes: [
          { ...axis, space: 70, size: 24, values: (_plot, ticks) => ticks.map((tick) => timeOfDay(tick * 1_000)) },
          {
            ...axis,
            size: 48,
            values: (_plot, ticks) => ticks.map((tick) => (name === 'latency' ? milliseconds(tick) : count(tick))),
          },
        ],
        series: [
          {},
          ...lines.map(({ label, colour: of, dash, fill }): uPlot.Series => ({
            label,
            stroke: () => colour(of),
            width: 1.5,
            points: { show: true, size: 4, filter: lonelyPoints },
            ...(dash ? { dash } : {}),
            ...(fill ? { fill: () => colour(`${of}-fill`) } : {}),
          })),
        ],
        hooks: {
          drawClear: [(plot) => drawBands(plot, bands())],
          setCursor: [() => this._showValues()],
        },
      },
      [[], ...lines.map(() => [])],
      this._box,
    );
    this._box.setAttribute('role', 'img');
    new ResizeObserver(() => this._fit()).observe(this._box);
  }

  draw(data: uPlot.AlignedData, span: [number, number], label: string): void {
    this._span = span;
    this._box.setAttribute('aria-label', label);
    this._plot.setData(data);
    this._showValues();
  }

  redraw(): void {
    this._plot.redraw(false);
    this._showValues();
  }

  private _fit(): void {
    const { clientWidth: width, clientHeight: height } = this._box;
    if (width > 0) this._plot.setSize({ width, height });
  }

  /** The values under the pointer, or the latest. */
  private _showValues(): void {
    const [at, ...columns] = this._plot.data;
    const index = this._plot.cursor.idx ?? at.length - 1;
    const time = this._plot.cursor.idx == null ? '' : `${timeOfDay((at[index] ?? 0) * 1_000)} `;
    this._lines.forEach(({ label, colour: of, dash, text }, place) => {
      const value = columns[place]?.[index];
      const key = this._keyOf(place, of, dash !== undefined);
      setText(key, `${place === 0 ? time : ''}${label} ${value == null ? '–' : text(value)}`);
    });
  }

  private _keyOf(place: number, of: string, dashed: boolean): HTMLElement {
    const kept = this._legend.children[place];
    if (kept) return kept as HTMLElement;
    const key = document.createElement('span');
    key.className = `key ${of}${dashed ? ' dashed' : ''}`;
    this._legend.append(key);
    return key;
  }
}

/** The values without a neighbour, which no line shows. */
function lonelyPoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  return Array.from(values, (value, index) =>
    value != null && values[index - 1] == null && values[index + 1] == null ? index : -1,
  ).filter((index) => index >= 0);
}

/** Colours the background by the state. */
function drawBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  bands.forEach(({ state, from }, index) => {
    const until = bands[index + 1]?.from;
    const x = Math.max(bbox.left, plot.valToPos(from, 'x', true));
    const end = until === undefined ? right : Math.min(right, plot.valToPos(until, 'x', true));
    if (end <= x) return;
    const stroke = colour(STATES[state].colour);
    ctx.fillStyle = stroke;
    ctx.globalAlpha = state === 'closed' ? 0.05 : 0.16;
    ctx.fillRect(x, bbox.top, end - x, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(x, bbox.top + bbox.height - 3 * devicePixelRatio, end - x, 3 * devicePixelRatio);
  });
  ctx.restore();
}
