import type { Report } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { maxOf, minOf } from '../../lib/simulate/extremes.ts';
import { formatTimes } from '../../lib/simulate/format.ts';
import { measure } from '../../lib/simulate/limits.ts';
import type { Observed } from '../../lib/simulate/observed.ts';
import type { TracedOpening } from '../../lib/simulate/openings.ts';
import { reportOutage } from '../../lib/simulate/outage-report.ts';
import { prepare } from '../../lib/simulate/prepare.ts';
import { resolveWorld } from '../../lib/simulate/world.ts';
import { traffic } from './support.ts';

// More than a call can have arguments.
const MANY = Array.from({ length: 300_000 }, (_, i) => i);

describe('the extremes of very many values', () => {
  it('should be found', () => {
    expect([minOf(MANY), maxOf(MANY), maxOf(MANY, 1_000_000)]).toStrictEqual([0, 299_999, 1_000_000]);
    expect([minOf([]), maxOf([]), maxOf([], 0)]).toStrictEqual([Infinity, -Infinity, 0]);
  });

  it('should be those of many openings in one outage', () => {
    const openings = MANY.map((at) => ({ at, until: at + 1, reopenedAt: [] })) as unknown as TracedOpening[];
    const prepared = prepare(traffic([[0, 1]], { outages: [{ from: 0, to: 200_000 }] }), resolveWorld('world', {}));
    const observed = { bad: new Uint8Array(1), rejected: new Uint8Array(1), trippers: [] } as unknown as Observed;
    expect(reportOutage(prepared, observed, openings, 0)).toMatchObject({ openedAfter: 0, closedAfter: 0 });
    const last = { ...openings.at(-1)!, at: 199_999, until: 200_007 };
    expect(reportOutage(prepared, observed, [...openings, last], 0)).toMatchObject({ closedAfter: 7 });
  });

  it('should be those of many outages', () => {
    const outages = MANY.map((openedAfter) => ({ openedAfter }));
    expect(formatTimes(MANY)).toBe('0 ms to 5 min ×300000');
    const report = { asked: 1, met: 1, lost: 0, outages, openings: [] } as unknown as Report;
    expect(measure([report]).limited.openedAfter).toBe(299_999);
  });
});
