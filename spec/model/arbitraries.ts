// Random configurations: small numbers, so that thresholds, windows and waits are met often.
import fc from 'fast-check';
import type {
  Client,
  CommandName,
  Config,
  Join,
  Member,
  Notification,
  Operator,
  Stream,
  TripperConfig,
  Verdict,
} from './config.ts';

const count = fc.integer({ min: 1, max: 5 });
const ratio = fc.constantFrom(0.07, 0.1, 0.25, 0.29, 1 / 3, 0.5, 0.7, 1);
const share = fc.constantFrom(0, 0.25, 0.29, 0.34, 0.5, 1);
const jitter = fc.constantFrom(0, 0.1, 0.5, 1);
const ms = fc.integer({ min: 1, max: 40 });

export const commandName = fc.constantFrom<CommandName[]>(
  'reset',
  'trip',
  'trip',
  'halfOpen',
  'halfOpen',
  'disable',
  'metricsOnly',
  'forceOpen',
);

export const verdict = fc.constantFrom<Verdict[]>('success', 'failure', 'ignored', 'undecided');
export const stream = fc.constantFrom<Stream[]>('signal$', 'state$');

/** The usual ends, and how a source errs with a rejection. */
export const ending = fc.constantFrom<Notification[]>(
  'tracked',
  'tracked',
  'tracked',
  'complete',
  'complete',
  'complete',
  'untracked',
  'odd',
  'foreign',
  'foreignWrapped',
  'own',
  'ownWrapped',
);

const script = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.oneof(verdict, ending), { minLength: 1, maxLength: 3 }) },
);

const member: fc.Arbitrary<Member> = fc.record({ classified: fc.boolean(), script });
const plainMember: Member = { classified: false, script: [] };
const operator = fc.constantFrom<Operator[]>(
  'none',
  'none',
  'none',
  'guarded',
  'refresh',
  'rethrow',
  'wrap',
  'swallow',
  'observeOn',
  'late99',
  'late100',
  'retry',
  'repeat',
  'take',
);
const join = fc.constantFrom<Join[]>(
  'forkJoin',
  'forkJoin',
  'combineLatest',
  'merge',
  'mergeMap',
  'zip',
  'concat',
  'race',
);
const manner = fc.constantFrom<Client['manner'][]>('plain', 'plain', 'plain', 'leave', 'again');

const single: fc.Arbitrary<Client> = fc.record({
  members: member.map((one) => [one]),
  join: fc.constant('merge'),
  each: operator,
  whole: fc.constant('none'),
  manner,
});

/** Calls that are joined: a few of any kind, or up to twenty that are alike. */
const group: fc.Arbitrary<Client> = fc.record({
  members: fc.oneof(
    fc.array(member, { minLength: 2, maxLength: 4 }),
    fc
      .tuple(fc.oneof(fc.constant(plainMember), member), fc.integer({ min: 2, max: 20 }))
      .map(([one, size]) => Array<Member>(size).fill(one)),
  ),
  join,
  each: operator,
  whole: operator,
  manner,
});

export const client: fc.Arbitrary<Client> = fc.oneof({ weight: 3, arbitrary: single }, { weight: 1, arbitrary: group });

const { tree } = fc.letrec<{ tree: TripperConfig }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    fc.record({ kind: fc.constantFrom('minRequests', 'failureStreak', 'failureCount', 'successStreak'), count }),
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
  untracked: fc.constantFrom('ignored', 'success', 'function'),
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
      emits: fc.constantFrom('value', 'error', 'complete'),
    }),
    fc.record({
      kind: fc.constant('retryIf'),
      every: ms,
      max: fc.integer({ min: 40, max: 80 }),
      checks: fc.integer({ min: 1, max: 3 }),
      throws: fc.boolean(),
    }),
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
    fc.record({
      kind: fc.constant('probes'),
      count,
      maxFailureRate: share,
      slowAfter: fc.option(ms, { nil: undefined }),
      maxSlowRate: share,
    }),
  ),
  maxProbes: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 })),
  probeTimeout: ms,
  reaction: fc.option(
    fc.record({
      by: fc.oneof(fc.constant('listener'), stream),
      to: fc.constantFrom('closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'),
      deed: fc.oneof(
        commandName,
        fc.constantFrom('dispose', 'watch', 'unwatch', 'unsubscribe', 'subscribe', 'subscribe', 'subscribe'),
      ),
      client,
      times: fc.integer({ min: 1, max: 3 }),
    }),
    { nil: undefined },
  ),
  seed: fc.nat(),
});
