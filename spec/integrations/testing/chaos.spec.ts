import { defer, of } from 'rxjs';
import { chaos } from 'rxjs-fluxgate/testing';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../../support/collect.ts';
import { marbles } from '../../support/marbles.ts';

const FAULT = new Error('injected');

/** Chance that is known: each of the numbers in turn. */
function draws(...numbers: number[]): () => number {
  return () => numbers.shift()!;
}

describe('chaos', () => {
  it('should do nothing unless it is enabled', () => {
    const random = vi.fn(() => 0);
    const source$ = of('v');
    expect(source$.pipe(chaos({ rate: 1, fault: FAULT, random }))).toBe(source$);
    expect(source$.pipe(chaos({ enabled: false, rate: 1, fault: FAULT, random }))).toBe(source$);
    expect(collect(source$.pipe(chaos({ enabled: () => false, rate: 1, fault: FAULT, random })))).toStrictEqual([
      'v',
      '|',
    ]);
    expect(random).not.toHaveBeenCalled();
  });

  it('should disturb the share of the subscriptions that chance picks', () => {
    const source$ = of('v').pipe(chaos({ enabled: true, rate: 0.3, fault: FAULT, random: draws(0.29, 0.3, 0, 0.99) }));
    const log = Array.from({ length: 4 }, () => collect(source$)[0]);
    expect(log).toStrictEqual(['#', 'v', '#', 'v']);
  });

  it('should ask functions at each subscription', () => {
    let [enabled, rate, made] = [true, 0, 0];
    const source$ = of('v').pipe(
      chaos({ enabled: () => enabled, rate: () => rate, fault: () => `fault ${String(++made)}`, random: () => 0.5 }),
    );
    expect(collect(source$)).toStrictEqual(['v', '|']);
    rate = 1;
    expect(collect(source$)).toStrictEqual(['#', 'fault 1']);
    expect(collect(source$)).toStrictEqual(['#', 'fault 2']);
    enabled = false;
    expect(collect(source$)).toStrictEqual(['v', '|']);
  });

  it('should make no request in place of which it fails or hangs', () => {
    const request = vi.fn(() => of('v'));
    defer(request)
      .pipe(chaos({ enabled: true, rate: 1, fault: FAULT }))
      .subscribe({ error: () => undefined });
    defer(request)
      .pipe(chaos({ enabled: true, rate: 1, hang: true }))
      .subscribe();
    expect(request).not.toHaveBeenCalled();
  });

  it(
    'should delay the source, or the fault, by the latency',
    marbles((m) => {
      const source$ = m.cold('                                               -a-b|');
      const late = chaos<string>({ enabled: true, rate: 1, latency: 3 });
      const later = chaos<string>({ enabled: true, rate: 1, latency: () => 5 });
      const lateFault = chaos<string>({ enabled: true, rate: 1, latency: 4, fault: FAULT });

      m.expect(source$.pipe(late)).toBeObservable('----a-b|');
      m.expect(source$.pipe(later)).toBeObservable('------a-b|');
      m.expect(source$.pipe(lateFault)).toBeObservable('----#', undefined, FAULT);
      m.expect(source$).toHaveSubscriptions(['---^---!', '-----^---!']);
    }),
  );

  it(
    'should never respond where it hangs, and let go when unsubscribed',
    marbles((m) => {
      const source$ = m.cold('(a|)').pipe(chaos({ enabled: true, rate: 1, hang: true }));
      m.expect(source$, '^----!').toBeObservable('------');
    }),
  );

  it('should combine several kinds, each with a rate of its own', () => {
    const source$ = of('v').pipe(
      chaos({ enabled: true, rate: 0.5, fault: 'inner', random: draws(0.9, 0.1, 0.1) }),
      chaos({ enabled: true, rate: 0.5, fault: 'outer', random: draws(0.9, 0.9, 0.1) }),
    );
    expect(Array.from({ length: 3 }, () => collect(source$))).toStrictEqual([
      ['v', '|'],
      ['#', 'inner'],
      ['#', 'outer'],
    ]);
  });

  it('should disturb nothing where a function of the rate returns what is no number', () => {
    const source$ = of('v').pipe(chaos({ enabled: true, rate: () => NaN, fault: FAULT }));
    expect(collect(source$)).toStrictEqual(['v', '|']);
  });

  it('should take Math.random as it is at the time', () => {
    const source$ = of('v').pipe(chaos({ enabled: true, rate: 0.5, fault: FAULT }));
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.4).mockReturnValueOnce(0.6);
    expect([collect(source$)[0], collect(source$)[0]]).toStrictEqual(['#', 'v']);
  });

  it.each([
    [{ rate: 1 }, 'chaos must be given a fault, a latency or hang: true'],
    [{ rate: 1, hang: true, latency: 1 }, 'chaos takes hang without fault and latency'],
    [{ rate: 2, hang: true }, 'chaos: rate must be a ratio from 0 to 1, got 2'],
    [{ hang: true }, 'chaos: rate must be a ratio from 0 to 1, got undefined'],
    [{ rate: 1, latency: -1 }, 'chaos: latency must be a finite number of at least 0, got -1'],
    [{ rate: 1, hang: 'yes' }, 'chaos: hang must be true or false, got "yes"'],
    [{ rate: 1, hang: true, enabled: 'false' }, 'chaos: enabled must be true, false or a function, got "false"'],
    [{ rate: 1, hang: true, random: 0.5 }, 'chaos: random must be a function, got 0.5'],
    [{ rate: 1, hang: true, enable: true }, 'chaos got an unknown option "enable"'],
  ])('should refuse %o, enabled or not', (options, message) => {
    expect(() => chaos(options as never)).toThrow(message);
  });
});
