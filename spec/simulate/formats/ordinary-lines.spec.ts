import { accessLog, callLine, callLines, csv, jsonLines, readTraffic, type Format } from 'rxjs-fluxgate/simulate';
import type { CallEvent } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';

// Ordinary lines are read without a regular expression or JSON; all others must come to the same.

const at = Date.UTC(2026, 10, 28, 10, 0, 0);

async function rows(lines: readonly string[], format: Format) {
  const { at: times, duration, status, key, skipped } = await readTraffic(lines, format, { maxSkipped: 1 });
  return { rows: Array.from(times, (time, i) => [time, duration[i], status[i], key?.(i)]), skipped };
}

describe('an access log with lines that are not ordinary', () => {
  const ordinary = '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512 "-" "curl"';

  it.each([
    ['a user name with spaces', '10.0.0.1 - Jane Doe [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512'],
    ['a host that is not ASCII', 'bücher.example - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512'],
    ['an escaped quote at the end of the request', '::1 - - [28/Nov/2026:10:00:00 +0000] "GET /\\"" 200 512'],
    ['a backslash at the end of the request', '::1 - - [28/Nov/2026:10:00:00 +0000] "GET /\\\\" 200 512'],
    ['another zone', '::1 - - [28/Nov/2026:11:30:00 +0130] "GET / HTTP/1.1" 200 512 "-" "curl"'],
    ['no size', '::1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 -'],
    ['spaces at its end', '::1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512 "-" "curl" \t'],
  ])('should read one with %s', async (_, line) => {
    const { rows: read, skipped } = await rows([line], accessLog());
    expect([read, skipped]).toStrictEqual([[[at, 0, 200, undefined]], 0]);
  });

  it.each([
    ['a month that is none', ordinary.replace('Nov', 'Nom')],
    ['a day that is none', ordinary.replace('28/Nov', '31/Nov')],
    ['an hour that is none', ordinary.replace(':10:', ':25:')],
    ['a status of two digits', ordinary.replace('200', '20')],
    ['no size', ordinary.replace('512', 'x')],
    ['no first word', ordinary.replace('10.0.0.1', '')],
    ['a request that is not closed', ordinary.replace('HTTP/1.1"', 'HTTP/1.1').replaceAll('"-" "curl"', '')],
    ['a date that is too short', ordinary.replace(' +0000', '')],
  ])('should skip one with %s, and read the next', async (_, line) => {
    const next = ordinary.replace(':00 +', ':01 +');
    const { rows: read, skipped } = await rows([ordinary, line, next], accessLog());
    expect(read.map(([time, , status]) => [time, status])).toStrictEqual([
      [at, 200],
      [at + 1_000, 200],
    ]);
    expect(skipped).toBe(1);
  });

  it('should take a last number for a duration, whatever stands before it', async () => {
    const lines = ['512 0.250', '- 0.250', '512 "-" "curl" 0.250', '512 "-" "curl" 0.250 '].map((end) =>
      ordinary.replace('512 "-" "curl"', end),
    );
    for (const line of lines) expect((await rows([line], accessLog())).rows[0]![1]).toBe(250);
    const none = ['512', '512 "-" "curl 0.250"', '512 0.250s', '512 .250', '512 1e3'].map((end) =>
      ordinary.replace('512 "-" "curl"', end),
    );
    for (const line of none) expect((await rows([line], accessLog())).rows[0]![1]).toBe(0);
  });
});

describe('call lines that are not ordinary', () => {
  const event = {
    name: 'payments',
    type: 'failure',
    state: 'closed',
    timestamp: 1_500.25,
    duration: 500,
    error: { status: 503 },
    stale: false,
  } as unknown as CallEvent;

  it.each([
    ['a name with quotes', { name: 'a "b" \\ c' }],
    ['a name with control characters', { name: 'a\nb\u0001' }],
    ['a name that is not ASCII', { name: 'Bücher' }],
    ['an empty name', { name: '' }],
    ['a time with an exponent', { timestamp: 1e-7 + 500, duration: 1e-7 }],
    ['no status', { type: 'success', error: undefined }],
  ] as const)('should be read as they were written: %s', async (_, change) => {
    const given = { ...event, ...change } as CallEvent;
    const { rows: read } = await rows([callLine(given)], callLines());
    const status = given.error === undefined ? 200 : 503;
    expect(read).toStrictEqual([[given.timestamp - given.duration, given.duration, status, given.name]]);
  });

  it('should be read in any order of members, and with spaces', async () => {
    const line = '{ "duration": 500, "timestamp": 1500, "type": "failure", "name": "payments", "status": 503 }';
    expect((await rows([line], callLines())).rows).toStrictEqual([[1_000, 500, 503, 'payments']]);
  });

  it.each([
    '{"name":"a","type":"success","state":"closed","timestamp":1500,"duration":5,"stale":false',
    '{"name":"a"}',
  ])('should be skipped if they are cut: %s', async (line) => {
    expect((await rows([callLine(event), line], callLines())).skipped).toBe(1);
  });
});

describe('times of many lines', () => {
  it('should be read each by itself', async () => {
    const times = [
      '2026-11-28T10:00:00.250Z',
      '2026-11-28T10:00:00.750Z',
      '2026-11-28T10:00:01.000Z',
      '2026-11-28T10:00:01.5Z',
    ];
    const lines = times.map((ts) => JSON.stringify({ ts }));
    expect((await rows(lines, jsonLines({ time: 'ts' }))).rows.map(([time]) => time)).toStrictEqual(
      times.map((time) => Date.parse(time)),
    );
    const wrong = ['2026-13-28T10:00:00.250Z', '2026-11-28T10:00:00.2x0Z'].map((ts) => JSON.stringify({ ts }));
    expect((await rows([...lines, ...wrong], jsonLines({ time: 'ts' }))).skipped).toBe(2);
  });
});

describe('lines of CSV without quotes', () => {
  it('should be read by their columns, however many there are', async () => {
    const { rows: read, skipped } = await rows(
      ['a,ts,b,code,took', 'x,1000,,503,5', ',2000,y,200,7,more', '1,3000', ',,,,', 'x,4000,,200,'],
      csv({ time: 'ts', duration: 'took', status: 'code' }),
    );
    expect(read).toStrictEqual([
      [1_000, 5, 503, undefined],
      [2_000, 7, 200, undefined],
    ]);
    expect(skipped).toBe(3);
  });

  it.each(['half a character \ud83d', 'a "b" \\ c', '__proto__', ' '])(
    'should leave the key as it is: %j',
    async (name) => {
      const lines = ['ts,host', `1,"${name.replaceAll('"', '""')}"`, `2,"${name.replaceAll('"', '""')}"`];
      const { key } = await readTraffic(lines, csv({ time: 'ts', key: 'host' }));
      expect([key?.(0), key?.(1)]).toStrictEqual([name, name]);
    },
  );
});
