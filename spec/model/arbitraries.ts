// Random configurations: small numbers, so that thresholds, windows and waits are met often.
import fc from 'fast-check';
import type { Client, CommandName, Config, Said, Stream, TripperConfig, Verdict } from './config.ts';

const count = fc.integer({ min: 1, max: 5 });
const ratio = fc.constantFrom(0.07, 0.1, 0.25, 0.29, 1 / 3, 0.5, 0.7, 1);
const jitter = fc.constantFrom(0, 0.1, 0.5, 1);
const ms = fc.integer({ min: 1, max: 40 });

export const commandName = fc.constantFrom<CommandName[]>('reset', 'trip', 'disable', 'metricsOnly', 'forceOpen');

export const verdict = fc.constantFrom<Verdict[]>('success', 'failure', 'ignored', 'undecided');
export const stream = fc.constantFrom<Stream[]>('signal$', 'state$');

const said = fc.oneof(verdict, fc.constantFrom<Said[]>('tracked', 'untracked', 'complete'));
const script = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(said, { minLength: 1, maxLength: 3 }) },
);

export const client: fc.Arbitrary<Client> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      classified: fc.boolean(),
      manner: fc.constantFrom('plain', 'plain', 'take', 'again'),
      script,
    }),
  },
  // To leave inside next, the subscription must be there already.
  {
    weight: 1,
    arbitrary: fc.record({ classified: fc.boolean(), manner: fc.constant('leave'), script: fc.constant([]) }),
  },
);

const { tree } = fc.letrec<{ tree: TripperConfig }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    fc.record({ kind: fc.constantFrom('minRequests', 'failureStreak', 'successStreak'), count }),
    fc.record({ kind: fc.constant('failureRate'), ratio }),
    fc.record({ kind: fc.constant('avgLatency'), ms }),
    fc.record({ kind: fc.constant('slowRate'), ratio, ms }),
    fc.record({ kind: fc.constantFrom('closed', 'halfOpened') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), first: tie('tree'), second: tie('tree') }),
    fc.record({ kind: fc.constant('not'), part: tie('tree') }),
  ),
}));

/** A random tree trips rarely or always, so that the usual ones have their share. */
const tripper: fc.Arbitrary<TripperConfig> = fc.oneof(
  tree,
  fc.record({ kind: fc.constant('failureStreak'), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('and'),
    first: fc.record({ kind: fc.constant('minRequests'), count: fc.integer({ min: 1, max: 4 }) }),
    second: fc.record({ kind: fc.constant('failureRate'), ratio }),
  }),
);

export const configs: fc.Arbitrary<Config> = fc.record({
  // At least as large as the largest minRequests.
  window: fc.oneof(
    fc.record({ kind: fc.constant('count'), size: fc.integer({ min: 5, max: 8 }) }),
    fc.record({
      kind: fc.constant('time'),
      duration: fc.integer({ min: 5, max: 100 }),
      buckets: fc.integer({ min: 1, max: 10 }),
    }),
  ),
  tripper,
  untracked: fc.constantFrom('ignored', 'success'),
  retry: fc.oneof(
    fc.record({ kind: fc.constantFrom('always', 'never') }),
    fc.record({ kind: fc.constant('cooldown'), ms, jitter }),
    fc.record({
      kind: fc.constant('backoff'),
      initial: ms,
      multiplier: fc.constantFrom(1, 1.5, 2, 1e200),
      max: fc.integer({ min: 40, max: 200 }),
      jitter,
    }),
    fc.record({
      kind: fc.constant('notifier'),
      after: fc.oneof(fc.constant(0), ms),
      says: fc.constantFrom('value', 'error', 'complete'),
    }),
    fc.record({ kind: fc.constant('retryIf'), every: ms, asks: fc.integer({ min: 1, max: 3 }), throws: fc.boolean() }),
    fc.record({ kind: fc.constant('broken'), how: fc.constantFrom('throws', 'NaN', 'negative') }),
  ),
  permit: fc.oneof(
    fc.record({ kind: fc.constant('all') }),
    fc.record({ kind: fc.constant('random'), ratio }),
    fc.tuple(ratio, ratio, fc.integer({ min: 1, max: 100 })).map(([a, b, duration]) => ({
      kind: 'ramp' as const,
      initial: Math.min(a, b),
      final: Math.max(a, b),
      duration,
    })),
  ),
  recovery: fc.oneof(
    fc.record({ kind: fc.constant('byTripper') }),
    fc.record({ kind: fc.constant('probes'), count, maxFailureRate: fc.constantFrom(0, 0.25, 0.29, 0.5, 1) }),
  ),
  maxProbes: fc.integer({ min: 1, max: 3 }),
  probeTimeout: ms,
  reaction: fc.option(
    fc.record({
      by: fc.oneof(fc.constant('listener'), stream),
      to: fc.constantFrom('closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'),
      deed: fc.oneof(
        commandName,
        fc.constantFrom('dispose', 'watch', 'unwatch', 'subscribe', 'subscribe', 'subscribe'),
      ),
      client,
      times: fc.integer({ min: 1, max: 3 }),
    }),
    { nil: undefined },
  ),
  seed: fc.nat(),
});
