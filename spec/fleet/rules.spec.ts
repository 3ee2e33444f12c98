import { describe, expect, it } from 'vitest';
import type { FleetRecord } from '../../lib/fleet/record.ts';
import { applyRules, type Action, type Command, type Followed, type Local, type View } from '../../lib/fleet/rules.ts';

const NOW = 100_000;
const JITTER = 300;
const DURATIONS = { lifetime: 3_000, patience: 500 };

function follow(record: Partial<FleetRecord>): Followed {
  const full: FleetRecord = {
    epoch: 4,
    state: 'closed',
    manual: false,
    until: 0,
    wait: 0,
    reopens: 0,
    by: 'b',
    detail: '',
    prober: '',
    lease: 0,
    ...record,
  };
  return { record: full, text: JSON.stringify(full), until: full.until, lease: full.lease, jitter: JITTER };
}

const CLOSED = follow({});
/** Not due for another 5 s. */
const OPEN = follow({ state: 'open', until: NOW + 5_000, wait: 5_000 });
const DUE = follow({ state: 'open', until: NOW - 1_000, wait: 5_000 });
const MINE = follow({ state: 'open', until: NOW - 1_000, prober: 'a', lease: NOW + 3_000 });
const THEIRS = follow({ state: 'open', until: NOW - 1_000, prober: 'b', lease: NOW + 3_000 });
const FORCED = follow({ state: 'forced_open', manual: true });

const LOCAL: Local = {
  id: 'a',
  linked: true,
  state: 'closed',
  followed: CLOSED,
  own: undefined,
  command: undefined,
  closing: false,
  demand: false,
  probing: false,
  asked: false,
  due: undefined,
  notifier: undefined,
};

const COMMAND: Command = { state: 'forced_open', detail: 'forceOpen()', base: 4, until: 0, probes: false };

const next = (followed: Followed, epoch = 5): Followed => follow({ ...followed.record, epoch });
const same = (followed: Followed): View => ({ followed, tripped: undefined });
const write = (change: (Action & { do: 'write' })['change']): Action => ({ do: 'write', change });
const steer = (state: 'open' | 'half_open' | 'forced_open', due?: number): Action =>
  due === undefined ? { do: 'steer', state } : { do: 'steer', state, due };
const wake = (at: number): Action => ({ do: 'wake', at });
const adopt = (followed: Followed, fresh = true): Action => ({ do: 'follow', followed, fresh });

type Row = readonly [title: string, local: Partial<Local>, view: View | undefined, actions: readonly Action[]];

function table(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, local, view, actions) => {
    expect(applyRules({ ...LOCAL, ...local }, view, NOW, DURATIONS)).toStrictEqual(actions);
  });
}

describe('1. a newer epoch, or other content of the same', () => {
  const closed = next(CLOSED);
  const open = next(OPEN);
  const forced = next(FORCED);
  table([
    ['should change nothing if the content is known', {}, same(CLOSED), []],
    ['should change nothing without a record', { followed: undefined }, same(undefined as never), []],
    ['should follow a closed record', {}, same(closed), [adopt(closed)]],
    [
      'should close within the spread',
      { state: 'open', followed: OPEN },
      same(closed),
      [adopt(closed), { do: 'close' }],
    ],
    ['should close from a manual state too', { state: 'disabled' }, same(closed), [adopt(closed), { do: 'close' }]],
    ['should draw the moment to close once', { state: 'open', closing: true }, same(CLOSED), []],
    ['should not close what has opened of its own accord since', { state: 'open', own: 'tripped' }, same(CLOSED), []],
    [
      'should close what has opened of its own accord before',
      { state: 'open', own: 'tripped' },
      same(closed),
      [adopt(closed), { do: 'close' }],
    ],
    [
      'should leave an earlier command alone without a record',
      { state: 'forced_open', followed: undefined },
      undefined,
      [],
    ],
    [
      'should open for what is left, with jitter',
      {},
      same(open),
      [adopt(open), steer('open', NOW + 5_300), wake(NOW + 5_300)],
    ],
    [
      'should put an opening of its own off',
      { state: 'open', own: 'tripped' },
      same(open),
      [adopt(open), steer('open', NOW + 5_300), wake(NOW + 5_300)],
    ],
    [
      'should open from half-open, for its probes belong to an older epoch',
      { state: 'half_open', followed: DUE, probing: true },
      same(open),
      [adopt(open), steer('open', NOW + 5_300), wake(NOW + 5_300)],
    ],
    ['should enter a manual state', {}, same(forced), [adopt(forced), steer('forced_open')]],
    ['should enter it once', { state: 'forced_open', followed: FORCED }, same(FORCED), []],
    [
      'should adopt other content of the same epoch',
      { followed: CLOSED },
      same(FORCED),
      [adopt(FORCED), steer('forced_open')],
    ],
  ]);
});

describe('2. an older epoch', () => {
  table([
    ['should give the record back', { followed: OPEN, state: 'open' }, same(follow({ epoch: 3 })), [write('restore')]],
    [
      'should give it back to an empty engine',
      { followed: CLOSED },
      { followed: undefined, tripped: undefined },
      [write('restore')],
    ],
    ['should write its command instead', { command: COMMAND }, same(follow({ epoch: 3 })), [write('command')]],
  ]);
});

describe('3. a command', () => {
  const automatic = next(OPEN);
  const manual = next(FORCED);
  table([
    ['should be written', { state: 'forced_open', command: COMMAND }, undefined, [write('command')]],
    [
      'should win over an automatic change, which is followed but not obeyed',
      { state: 'forced_open', command: COMMAND },
      same(automatic),
      [adopt(automatic), write('command')],
    ],
    [
      'should be dropped for one that the engine took first',
      { state: 'disabled', command: { ...COMMAND, state: 'disabled' } },
      same(manual),
      [{ do: 'drop command' }, adopt(manual), steer('forced_open')],
    ],
    [
      'should win over a command that was known when it was given',
      { state: 'closed', followed: FORCED, command: { ...COMMAND, state: 'closed' } },
      same(FORCED),
      [write('command')],
    ],
  ]);
});

describe('4. a closed fleet', () => {
  const tripped: View = { followed: CLOSED, tripped: '2 of 3 members' };
  table([
    ['should open when the tripper holds', {}, tripped, [write('open')]],
    ['should open without a record too', { followed: undefined }, { ...tripped, followed: undefined }, [write('open')]],
    ['should stay closed when it does not', { state: 'open', own: 'tripped' }, same(CLOSED), []],
  ]);

  const ours = follow({ ...OPEN.record, by: 'a', until: NOW + 1_500 });
  const due = { state: 'open', due: NOW + 1_800 } as const;
  table([
    [
      'should renew the wait while a notifier is silent',
      { ...due, followed: ours, notifier: 'silent' },
      undefined,
      [write('until'), wake(NOW + 1_800)],
    ],
    ['should end the wait when it emits', { ...due, followed: ours, notifier: 'emitted' }, undefined, [write('until')]],
    [
      'should leave the wait of another member alone',
      { ...due, followed: OPEN, due: NOW + 5_300, notifier: 'silent' },
      undefined,
      [wake(NOW + 5_300)],
    ],
  ]);
});

describe('5. an open fleet that is not due', () => {
  table([
    [
      'should put the breaker off',
      { state: 'open', followed: OPEN },
      undefined,
      [steer('open', NOW + 5_300), wake(NOW + 5_300)],
    ],
    ['should put it off once', { state: 'open', followed: OPEN, due: NOW + 5_300 }, undefined, [wake(NOW + 5_300)]],
    ['should open what is closed', { followed: OPEN }, undefined, [steer('open', NOW + 5_300), wake(NOW + 5_300)]],
  ]);
});

describe('6. an open fleet that is due, without a live lease', () => {
  table([
    ['should do nothing without demand', { state: 'open', followed: DUE }, undefined, []],
    [
      'should ask for the lease with demand, and be due `patience` later in any case',
      { state: 'open', followed: DUE, demand: true },
      undefined,
      [{ do: 'ask', due: NOW + 500 }, write('lease')],
    ],
    [
      'should not be put off twice',
      { state: 'open', followed: DUE, demand: true, asked: true },
      undefined,
      [write('lease')],
    ],
    [
      'should take the lease after its first probe',
      { state: 'half_open', followed: DUE, probing: true },
      undefined,
      [write('lease')],
    ],
    ['should ask for nothing without a probe', { state: 'half_open', followed: DUE }, undefined, []],
    [
      'should go half-open with the lease',
      { state: 'open', followed: DUE },
      same(MINE),
      [adopt(MINE, false), steer('half_open')],
    ],
  ]);
});

describe('7. the live lease of another', () => {
  table([
    [
      'should put the own opening off until it ends',
      { state: 'open', followed: DUE, demand: true },
      same(THEIRS),
      [adopt(THEIRS, false), steer('open', NOW + 3_300), wake(NOW + 3_300)],
    ],
    [
      'should step back from half-open',
      { state: 'half_open', followed: DUE, probing: true },
      same(THEIRS),
      [adopt(THEIRS, false), steer('open', NOW + 3_300), wake(NOW + 3_300)],
    ],
    [
      'should void an isolated reopening',
      { state: 'open', followed: THEIRS, own: 'tripped' },
      undefined,
      [{ do: 'void' }, steer('open', NOW + 3_300), wake(NOW + 3_300)],
    ],
  ]);
});

describe('8. the prober', () => {
  const late = follow({ ...MINE.record, lease: NOW + 1_000 });
  table([
    ['should wait until two thirds', { state: 'half_open', followed: MINE }, undefined, [wake(NOW + 2_000)]],
    ['should renew with probes', { state: 'half_open', followed: late, probing: true }, undefined, [write('lease')]],
    ['should not renew without probes', { state: 'half_open', followed: late }, undefined, []],
    [
      'should write that it has recovered',
      { state: 'closed', followed: MINE, own: 'recovered' },
      undefined,
      [write('closed')],
    ],
    [
      'should write that it has reopened',
      { state: 'open', followed: MINE, own: 'tripped' },
      undefined,
      [write('reopened')],
    ],
  ]);
});

describe('9. a verdict without a lease', () => {
  table([
    ['should close the fleet', { state: 'closed', followed: DUE, own: 'recovered' }, undefined, [write('closed')]],
    [
      'should close it although another probes',
      { state: 'closed', followed: THEIRS, own: 'recovered' },
      undefined,
      [write('closed')],
    ],
    ['should reopen it', { state: 'open', followed: DUE, own: 'tripped' }, undefined, [write('reopened')]],
  ]);
});

describe('10. no answer', () => {
  const states: readonly Partial<Local>[] = [
    { state: 'closed', followed: OPEN },
    { state: 'half_open', followed: THEIRS },
    { state: 'open', followed: DUE, demand: true },
    { state: 'forced_open', command: COMMAND },
    { state: 'open', own: 'tripped' },
  ];
  it.each(states)('should do nothing in %o', (local) => {
    expect(applyRules({ ...LOCAL, ...local, linked: false }, undefined, NOW, DURATIONS)).toStrictEqual([]);
  });
});
