import { admitAll, CircuitBreaker, circuitBreaker, probes, Tripper, type ProbesOptions } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { contextOf } from '../../support/fixtures.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';

const tripper = Tripper.from(() => {
  throw new Error('is not asked');
});

/** What it returns after each outcome of `s` and `f`: `.` undecided, `c` close, `r` reopen; ends with the verdict. */
function verdicts(count: number, maxFailureRate: number | undefined, outcomes: string): string {
  const recovery = probes(count, { maxFailureRate });
  let [successes, failures] = [0, 0];
  let returned = '';
  for (const outcome of outcomes) {
    if (outcome === 's') successes++;
    else failures++;
    const verdict = recovery(
      contextOf({ state: 'half_open', outcome: outcome === 's' ? 'success' : 'failure', successes, failures }),
      tripper,
    );
    returned += verdict?.charAt(0) ?? '.';
    if (verdict) break;
  }
  return returned;
}

describe('probes', () => {
  it.each([
    { count: 1, rate: 0, outcomes: 's', returns: 'c' },
    { count: 1, rate: 0, outcomes: 'f', returns: 'r' },
    { count: 3, rate: 0, outcomes: 'sss', returns: '..c' },
    { count: 3, rate: 0, outcomes: 'f', returns: 'r' },
    { count: 3, rate: 0, outcomes: 'ssf', returns: '..r' },
    { count: 3, rate: undefined, outcomes: 'sf', returns: '.r' },
    { count: 4, rate: 0.5, outcomes: 'ss', returns: '.c' },
    { count: 4, rate: 0.5, outcomes: 'sfs', returns: '..c' },
    { count: 4, rate: 0.5, outcomes: 'ffss', returns: '...c' },
    { count: 4, rate: 0.5, outcomes: 'fff', returns: '..r' },
    { count: 4, rate: 0.5, outcomes: 'sfff', returns: '...r' },
    { count: 5, rate: 0.2, outcomes: 'fssss', returns: '....c' },
    { count: 5, rate: 0.2, outcomes: 'ff', returns: '.r' },
    { count: 5, rate: 0.3, outcomes: 'ff', returns: '.r' },
    { count: 3, rate: 1 / 3, outcomes: 'fss', returns: '..c' },
    { count: 3, rate: 1 / 3, outcomes: 'ff', returns: '.r' },
    { count: 2, rate: 1, outcomes: 'f', returns: 'c' },
  ])('should return $returns for $outcomes: $count probes, $rate may fail', ({ count, rate, outcomes, returns }) => {
    expect(verdicts(count, rate, outcomes)).toBe(returns);
  });

  it.each([
    { rate: 0.29, failures: 29 },
    { rate: 0.07, failures: 7 },
    { rate: 0.57, failures: 57 },
    { rate: 0.1, failures: 10 },
  ])('should bear $failures failures of 100 at a rate of $rate, and no more', ({ rate, failures }) => {
    const most = 'f'.repeat(failures);
    expect(verdicts(100, rate, most + 's'.repeat(100 - failures))).toBe(`${'.'.repeat(99)}c`);
    expect(verdicts(100, rate, `${most}f`)).toBe(`${'.'.repeat(failures)}r`);
  });

  it('should say so as soon as the rest cannot change the verdict, and never before', () => {
    for (const outcomes of ['sssss', 'fssss', 'sfsfs', 'ffsss', 'ssfff', 'sfsff', 'fffss']) {
      const returned = verdicts(5, 0.4, outcomes);
      const rest = 5 - returned.length;
      const failures = outcomes.slice(0, returned.length).replaceAll('s', '').length;
      expect(returned.at(-1)).toBe(failures > 2 ? 'r' : 'c');
      // One outcome earlier both verdicts were still possible.
      const before = outcomes.slice(0, returned.length - 1).replaceAll('s', '').length;
      expect(before <= 2 && before + rest + 1 > 2).toBe(true);
    }
  });

  it.each([
    { outcomes: ['|', '|', '|'], state: 'closed' },
    { outcomes: ['|', '|', '#'], state: 'open' },
    { outcomes: ['|', '|'], state: 'half_open' },
  ])('should leave a circuit $state after probes that end in $outcomes', ({ outcomes, state }) => {
    marbles((m) => {
      let wait = 0;
      const breaker = new CircuitBreaker({ recovery: probes(3), permit: admitAll(), retry: () => wait });
      breaker.trip();
      wait = Infinity;
      outcomes.forEach((end, i) => {
        const source = m.cold(`--${end}`);
        const begin = '-'.repeat(i);
        m.expect(source.pipe(circuitBreaker(breaker)), `${begin}^`).toBeObservable(`${begin}--${end}`);
      });
      m.flush();
      expect(breaker.state).toBe(state);
    })();
  });

  /** As `verdicts`, of outcomes `s` and `f`, or `S` and `F` if they were slow. */
  function slowVerdicts(count: number, options: ProbesOptions, outcomes: string): string {
    const recovery = probes(count, options);
    let [successes, failures, slow] = [0, 0, 0];
    let returned = '';
    for (const outcome of outcomes) {
      if (outcome.toLowerCase() === 's') successes++;
      else failures++;
      if (outcome !== outcome.toLowerCase()) slow++;
      const verdict = recovery(contextOf({ state: 'half_open', successes, failures, slow }), tripper);
      returned += verdict?.charAt(0) ?? '.';
      if (verdict) break;
    }
    return returned;
  }

  it.each<[ProbesOptions, string, string]>([
    [{ slowAfter: 100 }, 'S', 'r'],
    [{ slowAfter: 100 }, 'ssss', '...c'],
    [{ slowAfter: 100, maxSlowRate: 0.5 }, 'SS', '..'],
    [{ slowAfter: 100, maxSlowRate: 0.5 }, 'SSS', '..r'],
    [{ slowAfter: 100, maxSlowRate: 0.5 }, 'SSss', '...c'],
    // What failed and was slow counts towards both.
    [{ slowAfter: 100, maxFailureRate: 0.25, maxSlowRate: 0.25 }, 'FS', '.r'],
    [{ slowAfter: 100, maxFailureRate: 0.25, maxSlowRate: 0.25 }, 'fSss', '...c'],
    // By default as many may be slow as may fail.
    [{ slowAfter: 100, maxFailureRate: 0.25 }, 'SS', '.r'],
    [{ slowAfter: 100, maxFailureRate: 0.25 }, 'Ssss', '...c'],
    [{ slowAfter: 100, maxSlowRate: 1 }, 'SSSS', '...c'],
    [{ slowAfter: 100, maxSlowRate: 1 }, 'Sf', '.r'],
  ])('with %o should say of %s of four: %s', (options, outcomes, returns) => {
    expect(slowVerdicts(4, options, outcomes)).toBe(returns);
  });

  it.each([
    [99, 'closed'],
    [100, 'open'],
  ])('should take a probe of %i ms for slow from slowAfter on: %s', (duration, state) => {
    const scheduler = new ManualScheduler();
    const recovery = probes(1, { slowAfter: 100 });
    const breaker = new CircuitBreaker({ scheduler, recovery });
    breaker.halfOpen();
    const call = breaker.admit();
    scheduler.pass(duration);
    call.complete();
    expect(breaker.state).toBe(state);
    expect(recovery.slowAfter).toBe(100);
  });

  it.each<[unknown, unknown, ErrorConstructor, RegExp]>([
    [0, {}, RangeError, /^probes: count must be an integer of at least 1, got 0$/],
    [-1, {}, RangeError, /^probes: count .* got -1$/],
    [1.5, {}, RangeError, /^probes: count .* got 1\.5$/],
    [NaN, {}, RangeError, /^probes: count .* got NaN$/],
    ['3', {}, TypeError, /^probes: count .* got "3"$/],
    [3, { maxFailureRate: -0.1 }, RangeError, /^probes: maxFailureRate must be a ratio from 0 to 1, got -0\.1$/],
    [3, { maxFailureRate: 1.1 }, RangeError, /^probes: maxFailureRate .* got 1\.1$/],
    [3, { maxFailureRate: NaN }, RangeError, /^probes: maxFailureRate .* got NaN$/],
    [3, { maxFailureRate: '0' }, TypeError, /^probes: maxFailureRate .* got "0"$/],
    [
      3,
      { maxFailures: 1 },
      TypeError,
      /^probes got an unknown option "maxFailures"; it takes maxFailureRate, slowAfter, maxSlowRate$/,
    ],
    [3, 0.5, TypeError, /^probes: options must be an object, got 0\.5$/],
  ])('should refuse probes(%o, %o)', (count, options, type, message) => {
    const make = (): unknown => probes(count as number, options as ProbesOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
