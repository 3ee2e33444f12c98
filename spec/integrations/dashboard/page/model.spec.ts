import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry, Row, Sample, Snapshot, Update } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { Model } from '../../../../lib/integrations/dashboard/page/model.ts';

function rowOf(key: string, calls = 0): Row {
  return {
    ...{ key, state: 'closed', since: 0, retryAt: null, detail: '', reopens: 0 },
    ...{ calls, failures: 0, latency: null, inFlight: 0, rejected: 0, ignored: 0 },
    ...{ conditions: '', trouble: null, lastError: '', unreadable: false },
  };
}

function sampleAt(at: number): Sample {
  return [at, 1, 0, 0, 5, 5, 'closed', 5];
}

function entryOf(id: number): Entry {
  return { id, key: 'stock', at: id, from: 'closed', to: 'open', detail: '' };
}

function updateOf(update: Partial<Update> = {}): Update {
  return { now: 0, rows: [], gone: [], samples: [], entries: [], ...update };
}

function snapshotOf(update: Partial<Snapshot> = {}): Snapshot {
  return { ...updateOf(), title: 'Shop', interval: 1_000, history: 3_000, startedAt: 0, control: false, ...update };
}

describe('Model', () => {
  let model: Model;

  beforeEach(() => {
    vi.spyOn(performance, 'now').mockReturnValue(0);
    model = new Model();
  });

  it('should know the time of the server, whatever the clock here shows', () => {
    vi.spyOn(performance, 'now').mockReturnValue(500);
    model.apply(updateOf({ now: 1_000_000 }));
    expect(model.now).toBe(1_000_000);
    vi.spyOn(performance, 'now').mockReturnValue(750);
    expect(model.now).toBe(1_000_250);
  });

  it('should take what has changed, and drop what has gone', () => {
    model.replace(snapshotOf({ rows: [rowOf('stock'), rowOf('mail')], samples: [['stock', [sampleAt(1)]]] }));
    model.apply(updateOf({ rows: [rowOf('stock', 5), rowOf('search')], gone: ['mail'] }));
    expect([...model.circuits]).toStrictEqual([
      ['stock', { row: rowOf('stock', 5), samples: [sampleAt(1)] }],
      ['search', { row: rowOf('search'), samples: [] }],
    ]);
  });

  it('should know a circuit that came in place of one of the same name as another', () => {
    model.replace(snapshotOf({ rows: [rowOf('stock')], samples: [['stock', [sampleAt(1)]]] }));
    model.apply(updateOf({ gone: ['stock'], rows: [rowOf('stock')], samples: [['stock', [sampleAt(2)]]] }));
    expect(model.circuits.get('stock')?.samples).toStrictEqual([sampleAt(2)]);
  });

  it('should forget everything for a snapshot, which may be of another run of the server', () => {
    model.replace(snapshotOf({ rows: [rowOf('stock')], entries: [entryOf(7)] }));
    model.replace(snapshotOf({ title: 'Other', rows: [rowOf('mail')], entries: [entryOf(1)], control: true }));
    expect([...model.circuits.keys()]).toStrictEqual(['mail']);
    expect(model.entries).toStrictEqual([entryOf(1)]);
    expect([model.title, model.control]).toStrictEqual(['Other', true]);
  });

  it('should keep no entry twice, and 200 at most', () => {
    model.replace(snapshotOf({ entries: [entryOf(1), entryOf(2)] }));
    model.apply(updateOf({ entries: [entryOf(2), entryOf(3)] }));
    expect(model.entries.map(({ id }) => id)).toStrictEqual([1, 2, 3]);
    model.apply(updateOf({ entries: Array.from({ length: 300 }, (_, i) => entryOf(i + 4)) }));
    expect([model.entries.length, model.entries[0]?.id, model.entries.at(-1)?.id]).toStrictEqual([200, 104, 303]);
  });

  it('should keep the samples of the history, and the last one before it', () => {
    model.replace(snapshotOf({ rows: [rowOf('stock')] }));
    for (let now = 1_000; now <= 8_000; now += 1_000) {
      model.apply(updateOf({ now, samples: [['stock', [sampleAt(now)]]] }));
    }
    expect(model.circuits.get('stock')?.samples.map(([at]) => at)).toStrictEqual([5_000, 6_000, 7_000, 8_000]);
  });

  it('should drop the samples that a clock set back has put in the future', () => {
    model.replace(snapshotOf({ rows: [rowOf('stock')] }));
    for (const now of [500_000, 501_000, 1_000, 2_000]) {
      model.apply(updateOf({ now, samples: [['stock', [sampleAt(now)]]] }));
    }
    expect(model.circuits.get('stock')?.samples.map(([at]) => at)).toStrictEqual([1_000, 2_000]);
  });

  it('should take no samples of what it does not know', () => {
    model.apply(updateOf({ samples: [['stock', [sampleAt(1)]]] }));
    expect(model.circuits.size).toBe(0);
  });
});
