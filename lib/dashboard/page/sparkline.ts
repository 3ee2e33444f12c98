import type { Sample } from '../messages.ts';
import { colour } from './dom.ts';
import { STATES } from './states.ts';

/** In ms: what a sparkline shows. */
const SPAN = 60_000;

/** The colours, read once and not for each of hundreds of pictures. */
let colours: Record<string, string> = {};

export function readColours(): void {
  const names = ['calls', 'failed', 'rejected', ...Object.values(STATES).map((look) => look.colour)];
  colours = Object.fromEntries(names.map((name) => [name, colour(name)]));
}

/** Draws the calls of the last minute as bars, the failed and the rejected part marked, and the state below them. */
export function drawSparkline(
  canvas: HTMLCanvasElement,
  samples: readonly Sample[],
  now: number,
  interval: number,
): void {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);

  const start = now - SPAN;
  const x = (at: number): number => ((at - start) / SPAN) * width;
  const first = Math.max(0, samples.findIndex(([at]) => at > start) - 1);
  const shown = samples.slice(first);
  const highest = shown.reduce((most, [, calls, , rejected]) => Math.max(most, calls + rejected), 1);
  const floor = height - 5;
  const bar = Math.max(1, (interval / SPAN) * width - 0.5);

  shown.forEach(([at, calls, failures, rejected, , , state], index) => {
    const scale = (floor - 1) / highest;
    let top = floor;
    for (const [name, part] of [
      ['failed', failures],
      ['calls', calls - failures],
      ['rejected', rejected],
    ] as const) {
      top -= part * scale;
      context.fillStyle = colours[name] ?? '';
      if (part > 0) context.fillRect(x(at) - bar, top, bar, Math.max(1, part * scale));
    }
    // Whole pixels, so that there are no seams.
    const end = Math.ceil(x(shown[index + 1]?.[0] ?? now));
    const begin = Math.max(0, Math.floor(x(at) - bar));
    context.fillStyle = colours[STATES[state].colour] ?? '';
    context.fillRect(begin, height - 3, end - begin, 3);
  });
}
