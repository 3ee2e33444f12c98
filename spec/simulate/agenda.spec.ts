import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../lib/simulate/agenda.ts';

describe('Agenda', () => {
  it('should return entries by time, and of equal times by order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 99 }))), (entries) => {
        const agenda = new Agenda<string>();
        for (const [time, order] of entries) agenda.push(time, order, `${String(time)}/${String(order)}`);
        const popped = entries.map(() => {
          expect(agenda.first).toContain(`${String(agenda.next)}/${String(agenda.nextOrder)}`);
          return agenda.pop();
        });
        const sorted = entries.sort(([a, i], [b, j]) => a - b || i - j);
        expect(popped).toStrictEqual(sorted.map(([time, order]) => `${String(time)}/${String(order)}`));
        expect(agenda.next).toBe(Infinity);
      }),
    );
  });

  it('should keep what the filter keeps, in order', () => {
    const agenda = new Agenda<number>();
    for (const time of [5, 3, 8, 1, 4]) agenda.push(time, time, time);
    agenda.filter((item) => item % 2 === 1);
    expect([agenda.pop(), agenda.pop(), agenda.pop(), agenda.size]).toStrictEqual([1, 3, 5, 0]);
  });
});
