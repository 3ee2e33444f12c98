import type { Sample } from '../server/messages.ts';
import { colour } from './palette.ts';
import { STATES } from './states.ts';

/** In ms: what a sparkline shows. */
const SPAN = 60_000;

/** In pixels of the style sheet, and not asked of the canvas: that would cost a layout for each of hundreds. */
const WIDTH = 120;
const HEIGHT = 26;

/** Draws the calls of the last minute as bars, the failed and the rejected part marked, and the state below them. */
export function drawSparkline(
  canvas: HTMLCanvasElement,
  samples: readonly Sample[],
  now: number,
  interval: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = window.devicePixelRatio;
  if (canvas.width !== Math.round(WIDTH * ratio)) {
    canvas.width = Math.round(WIDTH * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);

  const start = now - SPAN;
  const x = (at: number): number => ((at - start) / SPAN) * WIDTH;
  const first = Math.max(0, samples.findIndex(([at]) => at > start) - 1);
  const shown = samples.slice(first);
  const highest = shown.reduce((most, [, calls, , rejected]) => Math.max(most, calls + rejected), 1);
  const floor = HEIGHT - 5;
  const bar = Math.max(1, (interval / SPAN) * WIDTH);

  shown.forEach(([at, calls, failures, rejected, , , state], index) => {
    // Whole pixels, so that there are no seams.
    const left = Math.max(0, Math.round(x(at) - bar));
    const right = Math.round(x(at));
    const end = Math.round(x(shown[index + 1]?.[0] ?? now));
    const scale = (floor - 1) / highest;
    let top = floor;
    for (const [name, part] of [
      ['failed', failures],
      ['calls', calls - failures],
      ['rejected', rejected],
    ] as const) {
      top -= part * scale;
      context.fillStyle = colour(name);
      if (part > 0) context.fillRect(left, top, right - left, Math.max(1, part * scale));
    }
    context.fillStyle = colour(STATES[state].colour);
    context.fillRect(left, HEIGHT - 3, end - left, 3);
  });
}
