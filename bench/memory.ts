import { createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { map, NEVER } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { loaded } from './breakers.ts';
import { observer } from './repeat.ts';
import { cockatiel, opossum } from './rivals.ts';

/** What one thing takes. */
export interface Footprint {
  readonly name: string;
  readonly bytes: number;
}

export interface Memory {
  readonly breakers: readonly Footprint[];
  readonly calls: readonly Footprint[];
  /** Timers that a breaker with the defaults sets when it is made and when it has guarded a call. */
  readonly timers: number;
}

export const IDLE = 'circuitBreaker, defaults';

const MANY = 100_000;
/** The rivals' breakers are larger, and opossum's hold an interval each. */
const FEWER = 10_000;

/** What the pending promises wait for: without it they and all that is chained to them would be garbage. */
const pending: ((value: unknown) => void)[] = [];

const hang = (): Promise<unknown> => new Promise((resolve) => pending.push(resolve));

export async function measureMemory(): Promise<Memory> {
  const breakers = [
    await footprint(IDLE, MANY, () => new CircuitBreaker()),
    await footprint('circuitBreaker, defaults, its window of 100 full', FEWER, full),
    await footprint('circuitBreaker, every component, watched', FEWER, () => loaded()),
    await footprint('cockatiel', FEWER, cockatiel),
    await footprint(
      'opossum',
      FEWER,
      () => opossum(hang),
      (breaker) => breaker.shutdown(),
    ),
  ];

  const ours = new CircuitBreaker();
  const guarded = NEVER.pipe(circuitBreaker(ours));
  const mapped = NEVER.pipe(map((x) => x));
  const policy = cockatiel();
  const opossumBreaker = opossum(hang);
  const calls = [
    await footprint('unguarded', MANY, () => NEVER.subscribe(observer)),
    await footprint('map((x) => x)', MANY, () => mapped.subscribe(observer)),
    await footprint('circuitBreaker', MANY, () => guarded.subscribe(observer)),
    await footprint('circuitBreaker, admit()', MANY, () => ours.admit()),
    await footprint('a promise', MANY, hang),
    await footprint('cockatiel, execute()', MANY, () => policy.execute(hang)),
    await footprint('opossum, fire()', MANY, () => opossumBreaker.fire()),
  ];
  opossumBreaker.shutdown();

  return { breakers, calls, timers: timersOf(() => new CircuitBreaker().admit().complete()) };
}

function full(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  for (let i = 0; i < 100; i++) breaker.admit().complete();
  return breaker;
}

async function footprint<T>(
  name: string,
  count: number,
  make: () => T,
  dispose?: (made: T) => void,
): Promise<Footprint> {
  // The first ones pay for what all share: compiled code, hidden classes.
  for (let i = 0; i < 100; i++) {
    const made = make();
    dispose?.(made);
  }
  const held = new Array<T | undefined>(count).fill(undefined);
  const before = await heldBytes();
  for (let i = 0; i < count; i++) held[i] = make();
  const after = await heldBytes();
  if (dispose) for (const made of held) if (made !== undefined) dispose(made);
  pending.length = 0;
  return { name, bytes: (after - before) / count };
}

/** On the heap and, for typed arrays, beside it. */
async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function timersOf(action: () => void): number {
  let timers = 0;
  // Sees those too that do not keep the process alive.
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Timeout' || type === 'Immediate') timers++;
    },
  }).enable();
  action();
  hook.disable();
  return timers;
}
