import { describe, expect, it } from 'vitest';
import { Model } from './model.ts';
import { TestSubject } from './subject.ts';
import { configOf, run, type Behind, type Circuit, type Wiring, type World } from './worlds.ts';

const permits = {
  'admits all': { kind: 'all' },
  'tosses a coin': { kind: 'random', ratio: 0.5 },
  'ramps up': { kind: 'ramp', initial: 0.1, final: 1, duration: 60_000 },
  'admits a quarter': { kind: 'ramp', initial: 0.25, final: 0.25, duration: 1 },
} as const satisfies Record<string, World['permit']>;

const wirings: Wiring[] = ['forkJoin', 'combineLatest', 'merge', 'mergeMap', 'zip', 'nested', 'twice', 'refresh'];
const behinds: Behind[] = ['nothing', 'rethrow', 'observeOn', 'retry', 'late'];

/** Eleven joined calls and the default options, over a dependency that is well. */
const WORLD: World = {
  wiring: 'forkJoin',
  behind: 'nothing',
  size: 11,
  maxProbes: 10,
  permit: permits['admits all'],
  recovery: { kind: 'probes', count: 3, maxFailureRate: 0.34, slowAfter: undefined, maxSlowRate: 0.34 },
  dependency: 'well',
  latency: 50,
  timeout: undefined,
  every: 1_000,
  seed: 1,
};

/** The model is held to the same as the breaker, so that the rule itself is tested. */
const circuits: [string, (world: World) => Circuit][] = [
  ['the model', (world) => new Model(configOf(world))],
  ['the breaker', (world) => new TestSubject(configOf(world))],
];

describe.each(circuits)('%s', (_, make) => {
  const course = (world: Partial<World>, duration: number): ReturnType<typeof run> => {
    const whole = { ...WORLD, ...world };
    return run(make(whole), whole, duration, whole.dependency === 'well');
  };

  describe.each(wirings)('closes after an outage, with calls that are joined by %s', (wiring) => {
    it.each(behinds)('behind %s', (behind) => {
      for (const permit of Object.values(permits)) {
        for (const maxProbes of [1, 10]) {
          for (const latency of [0, 50]) {
            const size = wiring === 'nested' ? 4 : 11;
            const { closedAfter } = course({ wiring, behind, permit, maxProbes, latency, size }, 60_000);
            // A coin or a quarter may refuse the first call of a few attempts.
            expect(closedAfter).toBeLessThanOrEqual(permit.kind === 'all' ? 5 : 12);
          }
        }
      }
    });
  });

  it.each([
    { size: 2, maxProbes: 1, attempts: 2 },
    { size: 11, maxProbes: 1, attempts: 5 },
    { size: 200, maxProbes: 1, attempts: 9 },
    { size: 200, maxProbes: 20, attempts: 6 },
  ])('lets $size joined calls through $maxProbes places after $attempts attempts', ({ size, maxProbes, attempts }) => {
    expect(course({ size, maxProbes }, 60_000).closedAfter).toBe(attempts);
  });

  it.each(wirings)('comes to a verdict again and again while the dependency is dead, with %s', (wiring) => {
    // Waits of 10, 20, 40 s and then of a minute.
    const { verdicts, closedAfter } = course({ wiring, dependency: 'dead', size: 4, maxProbes: 2 }, 600_000);
    expect(closedAfter).toBeUndefined();
    expect(verdicts).toBeGreaterThanOrEqual(9);
  });

  it.each([10, 100, 1_000, 10_000])(
    'has no more than about maxProbes and two groups in flight to a dependency that hangs, a group each %i ms',
    (every) => {
      // An hour, or as long as seven thousand groups take.
      const duration = Math.min(3_600_000, 7_000 * every);
      for (const [size, maxProbes] of [
        [2, 1],
        [11, 10],
        [3, 10],
        [13, 20],
      ] as const) {
        for (const timeout of [undefined, 2_000]) {
          const world = { dependency: 'hangs', size, maxProbes, timeout, every } as const;
          const { inFlight, live } = course(world, timeout === undefined ? duration : duration / 4);
          const bound = maxProbes + 2 * size + 2;
          expect(inFlight).toBeLessThanOrEqual(bound);
          // Only a time-out inside of the breaker ends a call that hangs.
          if (timeout !== undefined) expect(live).toBeLessThanOrEqual(bound + size);
        }
      }
    },
    60_000,
  );
});
