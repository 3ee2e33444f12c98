// What every engine of a fleet must do: one suite for all stores.
import { firstValueFrom, from } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from '../../lib/fleet/index.ts';

export interface Engine {
  /** A store on a connection of its own, of one namespace. */
  open(namespace: string): FleetStore;
  close(): Promise<void> | void;
  /** Whether a store that lives elsewhere hears what this one writes. */
  readonly hasMessages: boolean;
}

const REPORT: MemberReport = {
  id: 'a',
  epoch: 0,
  open: false,
  successes: 0,
  failures: 0,
  deadline: undefined,
  lifetime: 10_000,
  window: 0,
};

let name = 0;

export function describeConformance(title: string, start: () => Promise<Engine> | Engine): void {
  describe(`${title} as the engine of a fleet`, () => {
    let engine: Engine;
    let store: FleetStore;
    let circuit: string;

    beforeEach(async () => {
      engine = await start();
      store = engine.open('test');
      circuit = `circuit ${String(name++)}`;
    });

    afterEach(() => engine.close());

    const sync = (report: Partial<MemberReport> = {}, replacement?: Replacement, of = circuit): Promise<FleetView> =>
      firstValueFrom(from(store.sync(of, { ...REPORT, ...report }, replacement)));

    /** Writes with the revision and the clock of the moment. */
    const write = async (epoch: number, record: string, report: Partial<MemberReport> = {}): Promise<FleetView> => {
      const { now, revision } = await sync(report);
      return sync({ deadline: now + 60_000, ...report }, { revision, epoch, record });
    };

    const eventually = async (question: () => Promise<boolean>): Promise<void> => {
      while (!(await question())) await new Promise((resolve) => setTimeout(resolve, 10));
    };

    it('should know nothing of a circuit without reports', async () => {
      const { now, ...view } = await sync();
      expect(Number.isSafeInteger(now) && now > 0).toBe(true);
      expect(view).toStrictEqual({
        revision: '0',
        record: undefined,
        members: 1,
        open: 0,
        successes: 0,
        failures: 0,
        replaced: false,
      });
    });

    it('should count members and votes, each once', async () => {
      await sync({ id: 'a', open: true });
      await sync({ id: 'a', open: true });
      await sync({ id: 'b', open: true });
      expect(await sync({ id: 'c' })).toMatchObject({ members: 3, open: 2 });
      expect(await sync({ id: 'b', open: false })).toMatchObject({ members: 3, open: 1 });
    });

    it('should keep circuits and namespaces apart', async () => {
      await sync({ id: 'a', open: true });
      expect(await sync({ id: 'b' }, undefined, `${circuit} 2`)).toMatchObject({ members: 1, open: 0 });
      store = engine.open('test 2');
      expect(await sync({ id: 'b' })).toMatchObject({ members: 1, open: 0 });
    });

    it('should forget members and votes when their time is over', async () => {
      await sync({ id: 'a', open: true, lifetime: 50 });
      await eventually(async () => {
        const { members, open } = await sync({ id: 'b' });
        return members === 1 && open === 0;
      });
    });

    it('should write a record if the revision is its own, and return it', async () => {
      const view = await write(1, '{"epoch":1}');
      expect(view).toMatchObject({ replaced: true, record: '{"epoch":1}' });
      expect(view.revision).not.toBe('0');
      expect(await sync()).toMatchObject({ replaced: false, record: '{"epoch":1}', revision: view.revision });
    });

    it('should refuse a record for an older revision', async () => {
      await write(1, 'first');
      const { now } = await sync();
      const view = await sync({ deadline: now + 60_000 }, { revision: '0', epoch: 2, record: 'second' });
      expect(view).toMatchObject({ replaced: false, record: 'first' });
    });

    it('should refuse a record after its deadline, and one without a deadline', async () => {
      const { now } = await sync();
      const replacement = { revision: '0', epoch: 1, record: 'late' };
      expect(await sync({ deadline: now }, replacement)).toMatchObject({ replaced: false, record: undefined });
      expect(await sync({ deadline: undefined }, replacement)).toMatchObject({ replaced: false, record: undefined });
    });

    it('should give each record a higher revision', async () => {
      const one = await write(1, 'one');
      const two = await write(1, 'two');
      expect(BigInt(two.revision) > BigInt(one.revision)).toBe(true);
    });

    it('should let one of 50 replacements through, and count all 50 reports', async () => {
      const { now } = await sync({ id: 'm0' });
      const views = await Promise.all(
        Array.from({ length: 50 }, (_, i) => {
          const writer = engine.open('test');
          const report = { ...REPORT, id: `m${String(i)}`, failures: 1, window: 60_000, deadline: now + 60_000 };
          const replacement = { revision: '0', epoch: 0, record: `record ${String(i)}` };
          return firstValueFrom(from(writer.sync(circuit, report, replacement)));
        }),
      );
      expect(views.filter(({ replaced }) => replaced)).toHaveLength(1);
      const [winner] = views.filter(({ replaced }) => replaced);
      expect(await sync({ id: 'm0', window: 60_000 })).toMatchObject({
        record: winner?.record,
        members: 50,
        failures: 50,
      });
    });

    it('should sum the counts of the window', async () => {
      await sync({ id: 'a', successes: 3, failures: 2, window: 60_000 });
      expect(await sync({ id: 'b', successes: 1, failures: 4, window: 60_000 })).toMatchObject({
        successes: 4,
        failures: 6,
      });
      expect(await sync({ id: 'b', window: 0 })).toMatchObject({ successes: 0, failures: 0 });
    });

    it('should forget counts that have left the window', async () => {
      // More than all polls of a window add.
      await sync({ failures: 1_000_000, window: 100 });
      await eventually(async () => (await sync({ failures: 1, window: 100 })).failures < 1_000_000);
      await eventually(async () => (await sync({ window: 100 })).failures === 0);
    });

    it('should ignore votes and counts of another epoch', async () => {
      await write(2, 'second');
      await sync({ id: 'a', epoch: 1, open: true, failures: 5, window: 60_000 });
      await sync({ id: 'b', epoch: 3, open: true, failures: 5, window: 60_000 });
      const view = await sync({ id: 'c', epoch: 2, open: true, failures: 1, window: 60_000 });
      expect(view).toMatchObject({ members: 3, open: 1, failures: 1 });
      // One that follows an older epoch withdraws nothing.
      expect(await sync({ id: 'c', epoch: 1, open: false, window: 60_000 })).toMatchObject({ open: 1 });
    });

    it('should empty votes and counts at a new epoch, and at no other write', async () => {
      await write(1, 'one');
      await sync({ epoch: 1, open: true, successes: 1, failures: 1, window: 60_000 });
      const same = await write(1, 'two', { epoch: 1, open: true, window: 60_000 });
      expect(same).toMatchObject({ open: 1, successes: 1, failures: 1 });
      const next = await write(2, 'three', { epoch: 1, open: true, failures: 1, window: 60_000 });
      expect(next).toMatchObject({ replaced: true, members: 1, open: 0, successes: 0, failures: 0 });
    });

    it('should keep names apart whatever is in them', async () => {
      const long = 'x'.repeat(10_000);
      const names = [
        'a',
        'a:members',
        'a:open',
        'a}',
        '{a',
        '}',
        '__proto__',
        'constructor',
        '',
        ' ',
        'a b',
        'ä',
        '%C3%A4',
      ];
      const all = [...names, '\u0000', 'a\nb', `${long}1`, `${long}2`, '\ud800', '😀', '*', '[a]'];
      for (const [i, of] of all.entries()) await sync({ failures: i + 1, window: 60_000 }, undefined, of);
      for (const [i, of] of all.entries()) {
        expect([of, (await sync({ window: 60_000 }, undefined, of)).failures]).toStrictEqual([of, i + 1]);
      }
    });

    it('should return a record as it was written, whatever is in it', async () => {
      const record = JSON.stringify({ detail: 'a b\n"ä" 😀 \u0000 {}', more: ' x '.repeat(100) });
      expect((await write(1, record)).record).toBe(record);
      expect((await sync()).record).toBe(record);
    });

    it('should emit what others write, if it has messages', async () => {
      if (!engine.hasMessages) return;
      const other = engine.open('test');
      // It knows the circuits that it reports.
      await firstValueFrom(from(other.sync(circuit, { ...REPORT, id: 'b' })));
      const heard: RecordChange[] = [];
      const subscription = other.changes$.subscribe((change) => heard.push(change));
      let epoch = 0;
      await eventually(async () => {
        await write(++epoch, `record ${String(epoch)} {}`);
        return heard.length > 0;
      });
      subscription.unsubscribe();
      const { record, ...change } = heard[0]!;
      expect(record).toMatch(/^record \d+ \{\}$/);
      expect(change).toStrictEqual({
        circuit,
        now: expect.any(Number) as number,
        revision: expect.any(String) as string,
      });
    });
  });
}
