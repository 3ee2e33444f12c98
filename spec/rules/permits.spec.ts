import { NEVER, of, throwError, VirtualTimeScheduler } from 'rxjs';
import {
  admitAll,
  admitRandom,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  rampUp,
  type CircuitBreakerOptions,
  type Permit,
  type ProbeContext,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';

/** Makes so many calls, each cancelled at once, and returns for each whether it was admitted. */
function admissions(count: number, options: CircuitBreakerOptions): string {
  const breaker = halfOpenBreaker(options);
  return Array.from({ length: count }, () => tryProbe(breaker)).join('');
}

/** `p` for a probe, `x` for a rejection. */
function tryProbe(breaker: CircuitBreaker): 'p' | 'x' {
  try {
    breaker.admit().unsubscribe();
    return 'p';
  } catch {
    return 'x';
  }
}

type Counts = Pick<ProbeContext, 'admitted' | 'denied' | 'inFlight'>;

/** A permit that keeps what it was asked. */
function witness(answer: Permit = () => true): { permit: Permit; asked: Counts[] } {
  const asked: Counts[] = [];
  const permit: Permit = (probe) => {
    const { admitted, denied, inFlight } = probe;
    asked.push({ admitted, denied, inFlight });
    return answer(probe);
  };
  return { permit, asked };
}

describe('permits', () => {
  it.each([
    [0.1, 'pxxxxxxxxxpxxxxxxxxxpxxxx'],
    [0.25, 'pxxxpxxxpxxxpxxxpxxxpxxxp'],
    [0.4, 'pxpxxpxpxxpxpxxpxpxxpxpxx'],
    [0.5, 'pxpxpxpxpxpxpxpxpxpxpxpxp'],
    [1, 'ppppppppppppppppppppppppp'],
  ])('rampUp is exact: a call is admitted while admitted < ratio × asked (%d)', (ratio, expected) => {
    const permit = rampUp({ initial: ratio, final: ratio, duration: 1_000 });
    const random = (): never => expect.unreachable('rampUp tosses no coin');
    // Admitted while admitted < ratio × asked, asked counting this call.
    let admitted = 0;
    const reference = Array.from(expected, (_, i) => (admitted < ratio * (i + 1) - 1e-9 ? (admitted++, 'p') : 'x'));
    expect(admissions(expected.length, { permit, random })).toBe(reference.join(''));
    expect(reference.join('')).toBe(expected);
  });

  it.each([0.001, 0.07, 0.3, 1 / 3, 0.9])('rampUp: of n calls ⌈ratio × n⌉ are probes (%d)', (ratio) => {
    const permit = rampUp({ initial: ratio, final: ratio, duration: 1_000 });
    for (const n of [1, 10, 100, 1_000]) {
      const probes = Array.from(admissions(n, { permit })).filter((answer) => answer === 'p').length;
      expect(probes).toBe(Math.ceil(Number((ratio * n).toPrecision(12))));
    }
  });

  it.each([0.000_001, 0.5, 1])('rampUp: the first caller is always a probe (%d)', (initial) => {
    expect(admissions(1, { permit: rampUp({ initial, final: 1, duration: 60_000 }) })).toBe('p');
  });

  it('rampUp: the first caller is a probe in every half-open period', () => {
    const breaker = new CircuitBreaker({
      retry: always(),
      permit: rampUp({ initial: 0.1, final: 1, duration: 60_000 }),
    });
    for (let period = 0; period < 3; period++) {
      breaker.trip();
      expect([tryProbe(breaker), tryProbe(breaker), tryProbe(breaker)]).toStrictEqual(['p', 'x', 'x']);
    }
  });

  it(
    'rampUp: the share grows with the time since the circuit went half-open',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        retry: () => 100,
        permit: rampUp({ initial: 0.2, final: 1, duration: 80 }),
      });
      breaker.trip();
      const log: string[] = [];
      // Half-open from 100 on; ten calls at a share of 0.2, 0.4, 0.6, 0.8, and 1 from then on.
      for (const moment of [100, 120, 140, 160, 180, 1_000]) {
        m.scheduler.schedule(() => log.push(Array.from({ length: 10 }, () => tryProbe(breaker)).join('')), moment);
      }
      m.flush();
      expect(log.map((answers) => Array.from(answers).filter((answer) => answer === 'p').length)).toStrictEqual([
        2, 6, 10, 10, 10, 10,
      ]);
    }),
  );

  it.each([
    [0.3, 0.299_999, 'p'],
    [0.3, 0.3, 'x'],
    [0.3, 0.300_001, 'x'],
    [1, 0.999_999, 'p'],
  ])('admitRandom tosses: random() < ratio (%d, %d)', (ratio, chance, answer) => {
    expect(admissions(1, { permit: admitRandom(ratio), random: () => chance })).toBe(answer);
  });

  it('admitRandom tosses for each call', () => {
    const chances = [0.1, 0.9, 0.5, 0.2];
    expect(admissions(4, { permit: admitRandom(0.5), random: () => chances.shift() ?? 1 })).toBe('pxxp');
  });

  it('the permit gets the breaker’s random', () => {
    const random = () => 0.5;
    let given: unknown;
    const breaker = halfOpenBreaker({ random, permit: (probe) => ((given = probe.random), true) });
    breaker.admit();
    expect(given).toBe(random);
  });

  it('denied counts refusals of the permit, admitted what it let through', () => {
    const answers = [false, true, false, false, true, true];
    const { permit, asked } = witness(() => answers.shift() ?? false);
    const breaker = halfOpenBreaker({ permit });
    for (let i = 0; i < 6; i++) tryProbe(breaker);
    expect(asked).toStrictEqual([
      { admitted: 0, denied: 0, inFlight: 0 },
      { admitted: 0, denied: 1, inFlight: 0 },
      { admitted: 1, denied: 1, inFlight: 0 },
      { admitted: 1, denied: 2, inFlight: 0 },
      { admitted: 1, denied: 3, inFlight: 0 },
      { admitted: 2, denied: 3, inFlight: 0 },
    ]);
  });

  it('a call refused because maxProbes are in flight was not asked', () => {
    const { permit, asked } = witness();
    const breaker = halfOpenBreaker({ permit, maxProbes: 2 });
    const first = breaker.admit();
    breaker.admit();
    for (let i = 0; i < 5; i++) expect(() => breaker.admit()).toThrow('half_open');
    first.unsubscribe();
    breaker.admit();
    expect(asked).toStrictEqual([
      { admitted: 0, denied: 0, inFlight: 0 },
      { admitted: 1, denied: 0, inFlight: 1 },
      { admitted: 2, denied: 0, inFlight: 1 },
    ]);
    expect(breaker.info().rejected).toBe(5);
  });

  it('a refused call takes no place', () => {
    const answers = [false, false, true];
    const breaker = halfOpenBreaker({ maxProbes: 1, permit: () => answers.shift() ?? false });
    expect([tryProbe(breaker), tryProbe(breaker), tryProbe(breaker)]).toStrictEqual(['x', 'x', 'p']);
  });

  it('inFlight is the probes that have not settled', () => {
    const { permit, asked } = witness();
    const breaker = halfOpenBreaker({ permit, recovery: () => undefined });
    const calls = [breaker.admit(), breaker.admit(), breaker.admit()];
    calls[0]?.complete();
    calls[1]?.error(new Error('boom'));
    breaker.admit();
    calls[2]?.unsubscribe();
    breaker.admit();
    expect(asked.map(({ inFlight }) => inFlight)).toStrictEqual([0, 1, 2, 1, 1]);
  });

  it('a cancelled probe gives back its place, not its turn', () => {
    const { permit, asked } = witness();
    const breaker = halfOpenBreaker({ permit, maxProbes: 1 });
    for (let i = 0; i < 3; i++) NEVER.pipe(circuitBreaker(breaker)).subscribe().unsubscribe();
    expect(asked).toStrictEqual([
      { admitted: 0, denied: 0, inFlight: 0 },
      { admitted: 1, denied: 0, inFlight: 0 },
      { admitted: 2, denied: 0, inFlight: 0 },
    ]);
  });

  it('an ignored probe gives back its place, not its turn', () => {
    const { permit, asked } = witness();
    const breaker = halfOpenBreaker({ permit, maxProbes: 1, tracker: () => false });
    collect(throwError(() => new Error('not tracked')).pipe(circuitBreaker(breaker)));
    collect(of(1).pipe(circuitBreaker(breaker, { classify: () => 'ignored' })));
    collect(of(1).pipe(circuitBreaker(breaker)));
    expect(asked).toStrictEqual([
      { admitted: 0, denied: 0, inFlight: 0 },
      { admitted: 1, denied: 0, inFlight: 0 },
      { admitted: 2, denied: 0, inFlight: 0 },
    ]);
  });

  it('a permit that throws has neither admitted nor denied', () => {
    let armed = false;
    const { permit, asked } = witness(() => {
      if (armed) throw new Error('broken');
      return true;
    });
    const breaker = halfOpenBreaker({ permit, maxProbes: 1 });
    tryProbe(breaker);
    armed = true;
    expect(() => breaker.admit()).toThrow('broken');
    expect(() => breaker.admit()).toThrow('broken');
    armed = false;
    expect(tryProbe(breaker)).toBe('p');
    expect(asked.at(-1)).toStrictEqual({ admitted: 1, denied: 0, inFlight: 0 });
  });

  it('rejected if maxProbes are in flight, also when the permit itself has taken the last place', () => {
    let nested = false;
    const breaker = halfOpenBreaker({
      maxProbes: 1,
      permit: () => {
        if (!nested) {
          nested = true;
          breaker.admit();
        }
        return true;
      },
    });
    expect(() => breaker.admit()).toThrow('half_open');
    expect(breaker.info().inFlight).toBe(1);
  });

  it.each([
    ['closed', (breaker: CircuitBreaker) => breaker.reset()],
    ['disabled', (breaker: CircuitBreaker) => breaker.disable()],
  ] as const)('the call is judged in the state that a permit has entered: %s', (state, enter) => {
    const breaker = halfOpenBreaker({
      permit: () => {
        enter(breaker);
        return false;
      },
    });
    breaker.admit();
    expect(breaker.state).toBe(state);
    expect(breaker.info()).toMatchObject({ inFlight: 1, rejected: 0 });
  });

  it('the call is judged in the state that a permit has entered: forced_open', () => {
    const breaker = halfOpenBreaker({
      permit: () => {
        breaker.forceOpen();
        return true;
      },
    });
    expect(() => breaker.admit()).toThrow('forced_open');
    expect(breaker.info()).toMatchObject({ inFlight: 0, rejected: 1 });
  });

  it('the call is rejected in another half-open period that a permit has entered, which is not asked', () => {
    let asked = 0;
    const breaker = halfOpenBreaker({
      retry: cooldown(1_000),
      permit: () => {
        asked++;
        breaker.trip();
        breaker.halfOpen();
        return true;
      },
    });
    breaker.halfOpen();
    expect(() => breaker.admit()).toThrow('half_open');
    expect(asked).toBe(1);
    expect(breaker.info()).toMatchObject({ inFlight: 0, rejected: 1 });
  });

  it('the counts are those of this half-open period', () => {
    const { permit, asked } = witness(({ admitted }) => admitted < 2);
    const breaker = new CircuitBreaker({ retry: always(), permit });
    breaker.trip();
    breaker.admit();
    breaker.admit();
    expect(() => breaker.admit()).toThrow('half_open');
    breaker.trip();
    breaker.admit();
    expect(asked.slice(2)).toStrictEqual([
      { admitted: 2, denied: 0, inFlight: 2 },
      { admitted: 0, denied: 0, inFlight: 0 },
    ]);
  });

  it('changedAt and now are in the scheduler’s time', () => {
    const scheduler = new VirtualTimeScheduler();
    const times: unknown[] = [];
    const breaker = new CircuitBreaker({
      scheduler,
      retry: () => 30,
      permit: ({ changedAt, now }) => times.push([changedAt, now]) > 0,
    });
    scheduler.frame = 1_000;
    breaker.trip();
    for (const moment of [1_040, 1_045]) {
      scheduler.frame = moment;
      tryProbe(breaker);
    }
    expect(times).toStrictEqual([
      [1_040, 1_040],
      [1_040, 1_045],
    ]);
  });

  it(
    'maxProbes bounds the probes in flight, ten by default',
    marbles((m) => {
      const breaker = halfOpenBreaker({ permit: admitAll() });
      const types = getCallTypes(breaker);
      m.expect(types).toBeObservable('(xxx)', { x: 'rejected' });
      m.scheduler.schedule(() => {
        for (let i = 0; i < 13; i++) collect(NEVER.pipe(circuitBreaker(breaker)));
        expect(breaker.info().inFlight).toBe(10);
        breaker.reset();
      }, 0);
    }),
  );

  it.each(['closed', 'metrics_only', 'disabled'] as const)('no permit is asked while %s', (state) => {
    const { permit, asked } = witness(() => false);
    const breaker = new CircuitBreaker({ permit, maxProbes: 1 });
    if (state === 'metrics_only') breaker.metricsOnly();
    if (state === 'disabled') breaker.disable();
    for (let i = 0; i < 20; i++) breaker.admit();
    expect(asked).toStrictEqual([]);
    expect(breaker.info().inFlight).toBe(20);
  });
});
