import { failureStreak } from 'rxjs-fluxgate';
import { chart, compare, page, recommend, scripted, simulate } from 'rxjs-fluxgate/simulate';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { traffic } from './support.ts';

const HOSTILE = '<script>alert("x")</script> & \u001b[31m\u0000\u009b\u202e \'';

const outage = scripted([
  { duration: 10_000, rate: 10, latency: 20 },
  { duration: 10_000, failureRate: 1 },
  { duration: 10_000, failureRate: 0 },
]);

const hostile = Object.assign(({ consecutiveFailures }: { consecutiveFailures: number }) => consecutiveFailures > 2, {
  explain: () => HOSTILE,
});

const reports = compare(
  { ...outage, notes: [HOSTILE] },
  {
    [HOSTILE]: { name: HOSTILE, tripper: failureStreak(2) },
    never: { tripper: failureStreak(500) },
    own: { tripper: hostile },
  },
);

/** The tags of a document and the text between them. */
function partsOf(markup: string) {
  const tags = [...markup.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  return { tags, text: markup.replaceAll(/<[^>]*>/g, '\n').replaceAll(/<style>.*?<\/style>/gs, '') };
}

function expectHarmless(markup: string): void {
  expect(markup).not.toContain('<script');
  const isControl = (char: string) =>
    (char < ' ' && char !== '\n') || (char >= '\u007f' && char <= '\u009f') || char === '\u202e';
  expect(Array.from(markup).some(isControl)).toBe(false);
  expect(markup).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; \\x1b[31m\\x00\\x9b\\u202e &#39;');
  expect(markup).not.toMatch(/\son\w+=|javascript:|<link|<img|src=|@import|url\(/);
}

describe('chart', () => {
  it('should be one SVG with a title and a description, light and dark', () => {
    const svg = chart(reports);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]* role="img">\n<title>/);
    expect(svg).toContain('<desc>');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('NaN');
    const { tags } = partsOf(svg);
    expect(tags.filter((tag) => /^<\/?(svg|title|desc|style|rect|path|text|tspan)/.test(tag)).length).toBe(tags.length);
  });

  it('should let nothing hostile through', () => expectHarmless(chart(reports)));

  it('should draw a record of a single call, of none, and of calls that never end', () => {
    for (const given of [
      traffic([[5, 1]]),
      traffic([]),
      traffic([
        [0, Infinity],
        [9, Infinity],
      ]),
    ]) {
      expect(chart([simulate(given)])).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('should refuse what is no report', () => {
    expect(() => chart([])).toThrow(TypeError);
    expect(() => page(undefined as never)).toThrow(TypeError);
    for (const [what, draw] of Object.entries({ chart, page })) {
      expect(() => draw([reports[0]!, {} as never])).toThrow(TypeError);
      expect(() => draw([reports[0]!, {} as never])).toThrow(
        `${what}: reports[1] must be a report of a simulation, got an object`,
      );
      expect(() => draw([5] as never)).toThrow(`${what}: reports[0] must be a report of a simulation, got 5`);
      expect(() => draw([null] as never)).toThrow(`${what}: reports[0] must be a report of a simulation, got null`);
    }
    for (const given of [5, null, {}]) {
      expect(() => page(reports, given as never)).toThrow('page: recommendation must be one of recommend(), got ');
    }
  });
});

describe('page', () => {
  it('should be one document without script, which fetches nothing', () => {
    const html = page(reports);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain("default-src 'none'");
    expectHarmless(html);
    expect(html).toContain('did not open: failureStreak(500) held 0 of 100 times');
  });

  it('should hold a recommendation, and say if none keeps the limits', async () => {
    const grid = {
      parameters: { [HOSTILE]: [2, 5] },
      build: (values: Record<string, number>) => ({ tripper: failureStreak(values[HOSTILE]!) }),
    };
    const found = await lastValueFrom(recommend(outage, grid));
    expectHarmless(page(found.best!.reports, found));
    expect(page(found.best!.reports, found)).toContain('<h2>Recommended</h2>');
    const none = await lastValueFrom(recommend(outage, grid, { limits: { openedAfter: 0 } }));
    expect(page(none.nearest!.reports, none)).toContain('None keeps the limits. The nearest is');
  });
});
