import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
import { expect, it } from 'vitest';
import { bundle } from '../../spec/support/bundle.ts';
import { ParentStore } from './parent-store.ts';

const FILE = bundle(new URL('fixtures/follower.ts', import.meta.url));

it('should bring a command from the parent to a child', async () => {
  const store = memoryStore();
  const breaker = new CircuitBreaker({ name: 'stock' });
  const fleet = joinFleet(breaker, { store });
  const child = fork(FILE);
  const exit = once(child, 'exit');
  new ParentStore(store).serve(child);
  breaker.forceOpen();
  expect(await exit).toStrictEqual([0, null]);
  fleet.unsubscribe();
});
