import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../lib/fleet/index.ts';
import type { FleetStore } from '../../lib/fleet/index.ts';
import { marbles } from '../support/marbles.ts';
import { describeConformance } from './conformance.ts';

describeConformance('memoryStore', () => {
  const stores = new Map<string, FleetStore>();
  return {
    open: (namespace) => {
      const store = stores.get(namespace) ?? memoryStore();
      stores.set(namespace, store);
      return store;
    },
    close: () => undefined,
    hasMessages: true,
  };
});

describe('memoryStore', () => {
  const report = { id: 'a', epoch: 0, open: false, successes: 0, failures: 0, lifetime: 100, window: 0 };

  it(
    'should answer after its latency, and emit a message after half of it',
    marbles((m) => {
      const store = memoryStore({ latency: 10 });
      const replacement = { revision: '0', epoch: 1, record: 'r' };
      const view = { revision: '5', record: 'r', members: 1, open: 0, successes: 0, failures: 0, replaced: true };
      m.expect(store.changes$).toBeObservable('----------c', {
        c: { circuit: 'x', now: 5, revision: '5', record: 'r' },
      });
      m.expect(from(store.sync('x', { ...report, deadline: 6 }, replacement))).toBeObservable('----------(v|)', {
        v: { ...view, now: 5 },
      });
    }),
  );

  it.each([[{ latency: -1 }], [{ latency: Number.NaN }], [{ latencies: 1 }], [{ scheduler: 1 }], [null]])(
    'should refuse %o',
    (options) => {
      expect(() => memoryStore(options as never)).toThrow(/^memoryStore/);
    },
  );
});
