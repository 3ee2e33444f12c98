import type { CallEvent } from 'rxjs-fluxgate';
import {
  accessLog,
  callLine,
  callLines,
  csv,
  har,
  jsonLines,
  otlp,
  readTraffic,
  simulate,
  type Fields,
  type Format,
} from 'rxjs-fluxgate/simulate';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { KNOWLEDGE } from '../../../lib/integrations/http/knowledge.ts';
import { failsByDefault } from '../../../lib/integrations/http/status-options.ts';
import { toExamples } from '../../integrations/http/knowledge-examples.ts';

interface Call {
  readonly at: number;
  readonly duration: number;
  readonly status: number;
}

/** Writers of the formats that keep ms. */
const WRITERS: Record<string, { write: (calls: readonly Call[]) => string; format: Format }> = {
  callLines: {
    format: callLines(),
    write: (calls) =>
      calls
        .map(({ at, duration, status }) => {
          const failed = status === 0 || status >= 500;
          const event: CallEvent = {
            name: 'a',
            type: failed ? 'failure' : 'success',
            state: 'closed',
            timestamp: at + duration,
            duration,
            error: status === 0 ? new Error('gone') : Object.assign(new Error('bad'), { status }),
            stale: false,
          };
          return callLine(event);
        })
        .join('\n'),
  },
  csv: {
    format: csv(),
    write: (calls) =>
      ['note,timestamp,duration,status', ...calls.map((c) => `"a ""b"", c",${c.at},${c.duration},${c.status}`)].join(
        '\r\n',
      ),
  },
  jsonLines: {
    format: jsonLines({ time: 'when', duration: 'took:s', status: 'http.code' }),
    write: (calls) =>
      calls
        .map(({ at, duration, status }) =>
          JSON.stringify({ when: new Date(at).toISOString(), took: duration / 1_000, http: { code: status } }),
        )
        .join('\n'),
  },
  har: {
    format: har(),
    write: (calls) =>
      JSON.stringify(
        {
          log: {
            entries: calls.map(({ at, duration, status }) => ({
              startedDateTime: new Date(at).toISOString(),
              time: duration,
              response: { status },
            })),
          },
        },
        undefined,
        2,
      ),
  },
  otlp: {
    format: otlp(),
    write: (calls) =>
      JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: calls.map(({ at, duration, status }) => ({
                  kind: 3,
                  startTimeUnixNano: `${at}000000`,
                  endTimeUnixNano: `${at + duration}000000`,
                  ...(status === 0
                    ? { status: { code: 2 } }
                    : { attributes: [{ key: 'http.response.status_code', value: { intValue: String(status) } }] }),
                })),
              },
            ],
          },
        ],
      }),
  },
};

const calls: fc.Arbitrary<Call[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 900 }),
      duration: fc.integer({ min: 0, max: 2_000 }),
      status: fc.constantFrom(0, 200, 404, 503),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let at = 1_795_860_000_001;
    return steps.map(({ gap, duration, status }) => ({ at: (at += gap), duration, status }));
  })
  // Otherwise they would be taken for a clock of whole seconds.
  .filter((all) => all.some(({ at }) => at % 1_000 !== 0) && all.some((c) => (c.at + c.duration) % 1_000 !== 0));

/** Cuts a text into chunks of bytes anywhere. */
async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.slice(i, i + size));
}

async function* chunks(...all: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const chunk of all) yield await Promise.resolve(chunk);
}

const cancelled = '{"type":"cancelled","timestamp":1,"duration":1}';

describe('readTraffic', () => {
  it.each(Object.keys(WRITERS))(
    'should make one report of the same calls from %s, named or not',
    async (name) => {
      const { write, format } = WRITERS[name]!;
      await fc.assert(
        fc.asyncProperty(calls, fc.integer({ min: 1, max: 50 }), async (all, size) => {
          const expected = {
            at: Float64Array.from(all, ({ at }) => at),
            duration: Float64Array.from(all, ({ duration }) => duration),
            status: Uint16Array.from(all, ({ status }) => status),
            notes: [],
          };
          const sources = [[cut(write(all), size), format] as const];
          if (name !== 'jsonLines') sources.push([cut(`\ufeff${write(all)}\n\n`, size), undefined as never]);
          for (const [source, given] of sources) {
            const traffic = await readTraffic(source, given);
            expect(traffic).toMatchObject({ at: expected.at, status: expected.status, notes: [], skipped: 0 });
            traffic.duration.forEach((duration, i) => expect(duration).toBeCloseTo(all[i]!.duration, 6));
            expect(JSON.stringify(simulate({ ...traffic, duration: expected.duration }))).toBe(
              JSON.stringify(simulate(expected)),
            );
          }
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );

  it('should read text and bytes in any mixture, and an array of lines with or without their ends', async () => {
    const bytes = new TextEncoder().encode('timestamp,duration,name\n5,1,é\n');
    const half = bytes.length - 2;
    const traffic = await readTraffic(chunks(bytes.slice(0, half), bytes.slice(half), '7,', '2,ü\r', '\n9,3,z'));
    expect([...traffic.at]).toStrictEqual([5, 7, 9]);
    expect([0, 1, 2].map((i) => traffic.key!(i))).toStrictEqual(['é', 'ü', 'z']);
    expect([...(await readTraffic(['timestamp,duration\n', '5,1\r\n', '', '7,2'])).at]).toStrictEqual([5, 7]);
    expect([...(await readTraffic('timestamp,duration\n5,1\n7,2')).at]).toStrictEqual([5, 7]);
  });

  it('should sort, and note that the clock stepped back', async () => {
    const { at, duration, notes } = await readTraffic(
      ['ts,took', '5,1', '3,2', '9,3', '8,4'],
      csv({ time: 'ts', duration: 'took' }),
    );
    expect([[...at], [...duration]]).toStrictEqual([
      [3, 5, 8, 9],
      [2, 1, 4, 3],
    ]);
    expect(notes).toStrictEqual(['the clock of the record stepped back 2 times, so the calls are sorted']);
  });

  it('should not call it a step back that a call which began earlier is written later', async () => {
    const line = (timestamp: number, duration: number) => JSON.stringify({ type: 'success', timestamp, duration });
    const { at, notes } = await readTraffic([line(100, 10), line(101, 90)], callLines());
    expect([...at]).toStrictEqual([11, 90]);
    expect(notes).toStrictEqual([]);
  });

  it('should skip what holds no call, quote three, and refuse more than its share', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `${i},1`);
    const oops = ['oops', 'NaN,1', '1,-1', '1,Infinity', '"'];
    const { skipped, notes, at } = await readTraffic(['timestamp,duration', ...lines, ...oops]);
    expect([at.length, skipped]).toStrictEqual([100, 5]);
    expect(notes).toContain('5 of 105 lines hold no call and are left out, such as "oops", "NaN,1", "1,-1"');
    const more = readTraffic(['timestamp,duration', ...lines, ...oops, ...oops]);
    await expect(more).rejects.toThrow(
      'readTraffic: line 102: expected a line of CSV with timestamp, duration, got "oops"; 10 of 110 lines hold no call',
    );
    await expect(
      readTraffic(['timestamp,duration', ...lines, ...oops, ...oops], undefined, { maxSkipped: 1 }),
    ).resolves.toMatchObject({ skipped: 10 });
    await expect(readTraffic(['timestamp,duration', ...lines, 'oops'], undefined, { maxSkipped: 0 })).rejects.toThrow(
      '1 of 101 lines',
    );
  });

  const spans = [{ kind: 3, startTimeUnixNano: '5000000', endTimeUnixNano: '6000000' }];
  const entries = [{ startedDateTime: '1970-01-01T00:00:00.005Z', time: 1, response: { status: 200 } }];
  const noise = { $schema: 'a "b" \\', list: [{ log: {}, resourceSpans: 1 }], none: null, version: 1 };

  it.each<[string, object]>([
    ['OTLP', { resourceSpans: [{ scopeSpans: [{ spans }] }] }],
    ['OTLP behind other members', { ...noise, resourceSpans: [{ scopeSpans: [{ spans }] }] }],
    ['HAR', { log: { entries } }],
    ['HAR behind other members', { ...noise, log: { entries } }],
    ['a log with a member called log', { ts: 5, log: { level: 'info' } }],
    ['a log with a member called log at its beginning', { log: { level: 'info' }, ts: 5 }],
    ['call lines with a member called log', { log: {}, type: 'success', timestamp: 6, duration: 1 }],
  ])('should recognise %s, on one line or many', async (_, document) => {
    expect([...(await readTraffic([JSON.stringify(document)])).at]).toStrictEqual([5]);
    if ('ts' in document || 'type' in document) return;
    const pretty = JSON.stringify(document, undefined, 2);
    expect([...(await readTraffic(pretty.split('\n'))).at]).toStrictEqual([5]);
  });

  it('should recognise nothing in the hostile beginning of a document, in linear time', async () => {
    await expect(readTraffic([`{"${'\\"'.repeat(500_000)}`])).rejects.toThrow('not recognised');
    await expect(readTraffic([`{"a":${'{"b":'.repeat(100_000)}`])).rejects.toThrow('not recognised');
  });

  it('should skip exactly its share', async () => {
    const good = Array.from({ length: 95 }, (_, i) => `${i},1`);
    const oops = Array.from({ length: 5 }, () => 'oops');
    const { skipped } = await readTraffic(['timestamp,duration', ...good, ...oops]);
    expect(skipped).toBe(5);
  });

  it.each([0, 19, 20, 300])(
    'should recognise the format behind %i empty lines, which count as lines',
    async (count) => {
      const empty = Array.from({ length: count }, (_, i) => (i % 2 ? '' : ' \t'));
      const { at } = await readTraffic([...empty, '{"timestamp":5,"type":"success","duration":1}']);
      expect([...at]).toStrictEqual([4]);
      const number = String(count + 1);
      await expect(readTraffic([...empty, 'hello'])).rejects.toThrow(`line ${number}: the format is not recognised`);
      await expect(readTraffic([...empty, 'a,b'], csv({ time: 't' }))).rejects.toThrow(
        `line ${number}: the column "t"`,
      );
      await expect(readTraffic([...empty, 'a'], callLines())).rejects.toThrow(`line ${number}: expected a line of`);
      await expect(readTraffic([...empty, '{"a":1}'], otlp())).rejects.toThrow(`line ${number}: expected OTLP/JSON`);
    },
  );

  it('should name the line in which a record of CSV begins', async () => {
    const good = Array.from({ length: 30 }, (_, i) => `${i},1,n`);
    const read = (...lines: string[]) => readTraffic(['timestamp,duration,name', ...lines], csv(), { maxSkipped: 0 });
    await expect(read('0,1,"oops', ...good)).rejects.toThrow('line 2: expected a line of CSV');
    await expect(read(...good, '0,1,"oops', '', ...good)).rejects.toThrow('line 32: expected a line of CSV');
    await expect(read('1,2,"a', '', 'b"', 'x,y,"', ...good)).rejects.toThrow('line 5: expected a line of CSV');
    await expect(read('1,2,"a', 'x,y,z', ...good)).rejects.toThrow('2 of 32 lines');
  });

  it('should take 200 for the status where there is no column for it', async () => {
    expect([...(await readTraffic(['timestamp,duration', '1,2'])).status]).toStrictEqual([200]);
    expect([...(await readTraffic(['{"t":1}'], jsonLines({ time: 't' }))).status]).toStrictEqual([200]);
  });

  it('should know well-known names of JSON lines', async () => {
    const { at, duration, status } = await readTraffic(['{"ts":1,"duration":2,"status":500}']);
    expect([at[0], duration[0], status[0]]).toStrictEqual([1, 2, 500]);
  });

  it('should show hostile lines as JSON shows them', async () => {
    const { notes } = await readTraffic(['timestamp,duration', '1,1', '\u001b[31m'], csv(), { maxSkipped: 1 });
    expect(notes.join()).toContain('"\\u001b[31m"');
  });

  it('should report progress about every 10,000 lines and at the end', async () => {
    const onProgress = vi.fn();
    const lines = Array.from({ length: 25_000 }, (_, i) => `${i},1`);
    await readTraffic(['timestamp,duration', ...lines], undefined, { onProgress });
    expect(onProgress.mock.calls).toStrictEqual([
      [{ lines: 10_000, calls: 9_999 }],
      [{ lines: 20_000, calls: 19_999 }],
      [{ lines: 25_001, calls: 25_000 }],
    ]);
  });

  it.each<[string, string[], Format | undefined, string]>([
    ['no input', [], undefined, 'readTraffic: the input is empty'],
    ['empty lines', ['', ' '], callLines(), 'readTraffic: the input is empty'],
    [
      'a header alone',
      ['timestamp,duration'],
      undefined,
      'readTraffic: no call in 1 lines: expected a line of CSV with timestamp, duration',
    ],
    [
      'cancelled calls alone',
      [cancelled, cancelled],
      undefined,
      'readTraffic: no call in 2 lines: each was cancelled or refused by a live breaker',
    ],
    [
      'a HAR file whose entries are none',
      ['{"log":{"entries":[]}}'],
      undefined,
      'readTraffic: no call in 1 lines: log.entries is empty',
    ],
    [
      'no format that is known',
      ['hello, world'],
      undefined,
      'line 1: the format is not recognised, got "hello, world"; name it: callLines(), accessLog(), jsonLines(fields), csv(fields), har() or otlp()',
    ],
    [
      'a missing column',
      ['a,b', '1,2'],
      csv({ time: 'a', status: 'code' }),
      'line 1: the column "code" for the status is missing, got a, b',
    ],
    ['no known column', ['a,b', '1,2'], csv(), 'expected a header with a column for the time (timestamp'],
    ['a HAR file without entries', ['{"log":{}}'], har(), 'expected a HAR document'],
    ['half a document', ['{"log":', '{"entries":['], har(), 'expected a HAR document'],
    [
      'a trace without spans of a client',
      ['{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":2}]}]}]}'],
      undefined,
      'none of its 1 spans is of kind 3 (client)',
    ],
    [
      'only refused calls',
      ['{"type":"rejected","timestamp":1,"duration":0}'],
      undefined,
      'no call in 1 lines: each was cancelled or refused',
    ],
    ['another format', ['{"a":1}', '{"a":2}'], callLines(), '2 of 2 lines hold no call'],
  ])('should refuse %s', async (_, lines, format, message) => {
    await expect(readTraffic(lines, format)).rejects.toThrow(message);
  });

  it('should refuse arguments that are wrong', async () => {
    await expect(readTraffic(5 as never)).rejects.toThrow(TypeError);
    await expect(readTraffic([5] as never)).rejects.toThrow(TypeError);
    await expect(readTraffic([], 'csv' as never)).rejects.toThrow('format must be made by one of the functions');
    await expect(readTraffic([], csv(), { maxSkipped: 2 })).rejects.toThrow(RangeError);
    expect(() => csv({ time: '' })).toThrow(TypeError);
    expect(() => csv(null as never)).toThrow('csv: fields: options must be an object, got null');
    expect(() => jsonLines(null as never)).toThrow('jsonLines: fields: options must be an object, got null');
    expect(() => jsonLines({ tim: 'a' } as never)).toThrow('unknown option "tim"');
    expect(() => accessLog({ time: 'middle' as never })).toThrow("must be 'start' or 'end'");
    expect(() => accessLog({ duration: -1 })).toThrow(RangeError);
    expect(() => otlp({ span: 5 as never })).toThrow(TypeError);
  });

  it('should let through what the source throws', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield await Promise.resolve('timestamp,duration\n1,2\n');
      throw new Error('disk');
    }
    await expect(readTraffic(broken())).rejects.toThrow('disk');
  });
});

describe('calls that a live breaker refused', () => {
  const line = (timestamp: number, type: string, more: object = {}) =>
    JSON.stringify({ type, timestamp, duration: type === 'rejected' ? 0 : 10, ...more });

  it('should get the answer of the nearest call in time, and be counted', async () => {
    const answered = Array.from({ length: 8 }, (_, i) => line(1_000 + i, 'success'));
    const { status, duration, notes } = await readTraffic([
      line(10, 'failure', { status: 503 }),
      line(40, 'rejected'),
      ...answered,
    ]);
    expect([status[1], duration[1]]).toStrictEqual([503, 10]);
    expect(notes).toStrictEqual([
      '1 of 10 calls were refused by a live breaker and get the answer of the nearest call in time',
    ]);
    const notesOf = async (good: number, rejected: number) => {
      const types = [
        ...Array.from({ length: good }, () => 'success'),
        ...Array.from({ length: rejected }, () => 'rejected'),
      ];
      return (await readTraffic(types.map((type, i) => line(i * 10, type)))).notes.join();
    };
    expect(await notesOf(8, 2)).not.toContain('proves little');
    expect(await notesOf(7, 3)).toContain('the report proves little');
  });

  it('should get the one of the same circuit, if there is one', async () => {
    const { status } = await readTraffic([
      line(10, 'failure', { name: 'a', status: 500 }),
      line(100, 'rejected', { name: 'a' }),
      line(112, 'success', { name: 'b' }),
    ]);
    expect([...status]).toStrictEqual([500, 500, 200]);
  });
});

describe('callLine', () => {
  const raise = (): never => {
    throw new Error('no');
  };

  const event: CallEvent = {
    ...{ name: 'a', type: 'failure', state: 'closed', timestamp: 5, duration: 2, stale: false },
    error: undefined,
  };

  it.each([
    [{ status: 503 }, 503],
    [{ statusCode: 429 }, 429],
    [{ response: { status: 500 } }, 500],
    [{ code: 502 }, 502],
    [new Error('a', { cause: { status: 504 } }), 504],
    [{ status: 'bad', code: 'ECONNRESET' }, undefined],
    [{ status: -5 }, undefined],
    [{ status: 70_000 }, undefined],
    [{ status: 0 }, 0],
    [{ $metadata: { httpStatusCode: 503 } }, 503],
    [{ networkError: { statusCode: 503 } }, 503],
    [{ data: { httpStatus: 503 } }, 503],
    [new Error('HTTP error! Status: 503'), 503],
    [{ errors: [{ status: 404 }, { status: 503 }] }, 503],
    [{ cause: {}, error: { status: 503 } }, 503],
    [{ status: 200, cause: { status: 503 } }, 503],
    [{ status: 200, cause: { status: 404 } }, 404],
    [{ status: 200 }, 200],
    // It is a failure whatever its status is.
    [{ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }, undefined],
    [
      new Proxy(new Error('x'), {
        get: (target, name) => (name === 'status' ? raise() : (Reflect.get(target, name) as unknown)),
      }),
      undefined,
    ],
  ])('should keep the status of an error and nothing else of it: %#', (error, status) => {
    const line = callLine({ ...event, error });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      ...{ name: 'a', type: 'failure', state: 'closed', timestamp: 5, duration: 2, stale: false },
      ...(status === undefined ? {} : { status }),
    });
  });

  const statuses = KNOWLEDGE.filter(({ verdict }) => verdict === 'status');

  it.each(statuses)('should keep the status of an error of $source', (known) => {
    const examples = toExamples(known);
    expect(examples.length).toBeGreaterThan(0);
    for (const { error, expected } of examples) {
      const { status } = JSON.parse(callLine({ ...event, error })) as { status?: number };
      const judged = status !== undefined && (status === 0 || failsByDefault(status)) ? 'failure' : 'answer';
      expect([error, judged]).toStrictEqual([error, expected]);
    }
  });

  it.each([undefined, null, 5, {}])('should refuse %j', (given) => {
    expect(() => callLine(given as never)).toThrow(TypeError);
    expect(() => callLine(given as never)).toThrow('callLine: event must be an event of call$, got ');
  });

  it('should leave out cancelled calls', async () => {
    const lines = [callLine(event), callLine({ ...event, type: 'cancelled' })];
    expect((await readTraffic(lines)).at.length).toBe(1);
  });
});

describe('accessLog', () => {
  const line = (time: string, more = '"-" "curl"', status = '200') =>
    `10.0.0.1 - frank [28/Nov/2026:${time} +0100] "GET /a?b=[c] \\"x\\" HTTP/1.1" ${status} 512${more ? ` ${more}` : ''}`;

  it('should read the common and the combined format, with the zone', async () => {
    for (const more of ['', '"-" "curl/8 (a; b) 7.5"']) {
      const { at, duration, status, notes } = await readTraffic([
        line('10:00:00', more),
        line('10:00:01', more, '503'),
      ]);
      expect([...at].map((t) => new Date(t).toISOString())).toStrictEqual([
        '2026-11-28T09:00:00.000Z',
        '2026-11-28T09:00:01.000Z',
      ]);
      expect([[...duration], [...status]]).toStrictEqual([
        [0, 0],
        [200, 503],
      ]);
      expect(notes).toStrictEqual([expect.stringContaining('duration of no call')]);
    }
  });

  it('should hold the calls of a log whose lines are written at their ends', async () => {
    const start = Date.UTC(2026, 10, 28, 9);
    const lines = [
      line('10:00:01', '"-" "-" 0', '200'),
      line('10:00:03', '"-" "-" 2.500', '503'),
      line('10:00:04', '"-" "-" 1.001', '404'),
    ];
    const { at, duration, status, notes } = await readTraffic(lines);
    expect([[...at].map((t) => t - start), [...duration], [...status], notes]).toStrictEqual([
      [500, 1_000, 2_999],
      [2_500, 0, 1_001],
      [503, 200, 404],
      [],
    ]);
  });

  it('should spread whole seconds within the second, in order', async () => {
    const { at, notes } = await readTraffic([
      line('10:00:00'),
      line('10:00:00'),
      line('10:00:00'),
      line('10:00:00'),
      line('10:00:01'),
    ]);
    expect([...at].map((t) => t - at[0]!)).toStrictEqual([0, 250, 500, 750, 1_000]);
    expect(notes.join()).toContain('whole seconds');
  });

  it('should take a last number for $request_time, and the time for the end', async () => {
    const lines = [line('10:00:05', '"-" "-" 2.500'), line('10:00:06', '"-" "-" 0.250')];
    const { at, duration, notes } = await readTraffic(lines);
    const noon = Date.UTC(2026, 10, 28, 9);
    expect([...at]).toStrictEqual([noon + 2_500, noon + 5_750]);
    expect([...duration]).toStrictEqual([2_500, 250]);
    expect(notes).toStrictEqual([]);
    const starts = await readTraffic(lines, accessLog({ time: 'start' }));
    expect([...starts.at]).toStrictEqual([noon + 5_000, noon + 6_000]);
    const ends = await readTraffic([line('10:00:05')], accessLog({ time: 'end', duration: 1_000 }));
    expect(ends.at[0]).toBe(noon + 4_000);
  });

  it('should note what calls without a duration count as', async () => {
    const given = [line('10:00:05'), line('10:00:06')];
    const notesOf = async (lines: string[], format: Format) => (await readTraffic(lines, format)).notes;
    const whole = 'the record holds the duration of no call; all count as';
    expect(await notesOf(given, accessLog())).toStrictEqual([`${whole} 0 ms`]);
    expect(await notesOf(given, accessLog({ duration: 40 }))).toStrictEqual([`${whole} 40 ms`]);
    const mixed = [...given, line('10:00:07', '"-" "-" 0.250')];
    expect((await readTraffic(mixed, accessLog({ duration: 40 }))).duration).toStrictEqual(
      Float64Array.of(40, 40, 250),
    );
    expect(await notesOf(mixed, accessLog({ duration: 40 }))).toStrictEqual([
      'the record holds the duration of 1 of 3 calls; the others count as 40 ms',
    ]);
  });

  it('should take a hostile line in linear time', async () => {
    const hostile = `10.0.0.1 - ${'['.repeat(50_000)} "${'\\'.repeat(50_001)}`;
    await expect(
      readTraffic([hostile, '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "'.repeat(2_000)], accessLog()),
    ).rejects.toThrow('2 of 2');
  });
});

describe('fields', () => {
  it.each<[Partial<Fields>, object, number, number]>([
    [{ time: 't:s', duration: 'd:s' }, { t: 1.5, d: 0.25 }, 1_500, 250],
    [{ time: 't:us', duration: 'd:ns' }, { t: '1500000', d: '250000000' }, 1_500, 250],
    [{ time: 't', duration: 'd' }, { t: '1970-01-01T00:00:01.5Z', d: '250' }, 1_500, 250],
    [{ time: 't', duration: 'd' }, { t: '1970-01-01 01:00:01,5+01:00', d: 250 }, 1_500, 250],
    [{ time: 'a.b.t', duration: 'a.d' }, { a: { b: { t: 1_500 }, d: 250 } }, 1_500, 250],
    [{ time: 'a.t', duration: 'x:y' }, { 'a.t': 1_500, 'x:y': 250 }, 1_500, 250],
  ])('should find %j in %j', async (fields, object, at, duration) => {
    const traffic = await readTraffic([JSON.stringify(object)], jsonLines(fields as Fields));
    expect([traffic.at[0], traffic.duration[0]]).toStrictEqual([at, duration]);
  });

  it('should look at own members alone', async () => {
    const line = '{"t":1,"__proto__":{"d":5}}';
    await expect(readTraffic([line], jsonLines({ time: 't', duration: 'constructor.length' }))).rejects.toThrow(
      '1 of 1',
    );
    const { key } = await readTraffic(['{"t":1,"k":"__proto__"}'], jsonLines({ time: 't', key: 'k' }));
    expect(key!(0)).toBe('__proto__');
  });

  it.each([
    ['2026-02-30', '2026-02-28'],
    ['2026-02-29', '2028-02-29'],
    ['1900-02-29T00:00:00.000Z', '2000-02-29T00:00:00.000Z'],
    ['2026-04-31T10:00:00Z', '2026-04-30T10:00:00Z'],
    ['2026-12-32', '2026-12-31'],
    ['2026-01-00', '2026-01-01'],
    ['2026-01-01T24:00:01Z', '2026-01-01T24:00:00Z'],
    ['2026-01-01T24:30:00Z', '2026-01-01T23:30:00Z'],
  ])('should not take %j for a time, but %j', async (wrong, right) => {
    const { at, skipped } = await readTraffic(
      [wrong, right].map((t) => JSON.stringify({ t })),
      jsonLines({ time: 't' }),
      { maxSkipped: 1 },
    );
    expect([[...at], skipped]).toStrictEqual([[Date.parse(right)], 1]);
  });

  it.each(['2026-13-01T00:00:00Z', '2026-01-01T00:61:00Z', 'yesterday', '', '0x10', null, true, [1]])(
    'should not take %j for a time',
    async (t) => {
      await expect(readTraffic([JSON.stringify({ t })], jsonLines({ time: 't' }))).rejects.toThrow('1 of 1');
    },
  );

  it('should read dates as Date does', () =>
    fc.assert(
      fc.asyncProperty(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
        async (date) => {
          const { at } = await readTraffic([JSON.stringify({ t: date.toISOString() })], jsonLines({ time: 't' }));
          expect(at[0]).toBeCloseTo(date.getTime(), 5);
        },
      ),
    ));
});

describe('csv', () => {
  it('should read quoted commas, quotes and line ends', async () => {
    const { at, key } = await readTraffic(['timestamp,duration,name', '1,2,"a, ""b""\r', 'c"', '"3","4",x', '5,6,']);
    expect([...at]).toStrictEqual([1, 3, 5]);
    expect([0, 1, 2].map((i) => key!(i))).toStrictEqual(['a, "b"\nc', 'x', '']);
  });

  it('should keep empty lines within quotes', async () => {
    const { at, key } = await readTraffic(['timestamp,duration,name', '', '1,2,"a', '', ' ', 'b"', '', '3,4,c', '']);
    expect([...at]).toStrictEqual([1, 3]);
    expect([0, 1].map((i) => key!(i))).toStrictEqual(['a\n\n \nb', 'c']);
    const { skipped } = await readTraffic(['timestamp,duration,name', '1,2,"a', '', '', '3,4,c'], csv(), {
      maxSkipped: 1,
    });
    expect(skipped).toBe(1);
  });

  it('should lose one line to a quote that is never closed, and no more', async () => {
    const rest = Array.from({ length: 300 }, (_, i) => `${i},1,n`);
    const { at, skipped } = await readTraffic(['timestamp,duration,name', '0,1,"oops', ...rest]);
    expect([at.length, skipped]).toStrictEqual([300, 1]);
  });
});

describe('otlp', () => {
  const span = (more: object = {}) => ({
    name: 'GET',
    kind: 3,
    startTimeUnixNano: '1661152159402900123',
    endTimeUnixNano: '1661152159413400123',
    ...more,
  });
  const document = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const attribute = (key: string, value: object) => ({ attributes: [{ key, value }] });

  it('should cut nanoseconds to microseconds without loss', async () => {
    const { at, duration } = await readTraffic([document(span())]);
    expect([at[0], duration[0]]).toStrictEqual([1661152159402.9, 10.5]);
  });

  it('should cut both times and prefer the newer name of a status', async () => {
    const given = span({
      startTimeUnixNano: '1661152159402900999',
      endTimeUnixNano: '1661152159413401998',
      status: { code: 2 },
      attributes: [
        { key: 'http.status_code', value: { intValue: '500' } },
        { key: 'http.response.status_code', value: { intValue: '429' } },
      ],
    });
    const { at, duration, status } = await readTraffic([document(given)]);
    expect([at[0], duration[0], status[0]]).toStrictEqual([1661152159402.9, 10.5, 429]);
  });

  it.each([
    [span(attribute('http.response.status_code', { intValue: '503' })), 503],
    [span(attribute('http.status_code', { intValue: 429 })), 429],
    [span({ status: { code: 2 } }), 0],
    [span({ status: { code: 'STATUS_CODE_ERROR' }, kind: 'SPAN_KIND_CLIENT' }), 0],
    [span({ status: {} }), 200],
  ])('should find the status of %j', async (given, status) => {
    expect((await readTraffic([document(given)])).status[0]).toBe(status);
  });

  it('should take the spans of one name, and a document a line', async () => {
    const lines = [document(span(), span({ name: 'POST' })), document(span({ name: 'POST' }))];
    expect((await readTraffic(lines)).at.length).toBe(3);
    const { at, key } = await readTraffic(lines, otlp({ span: 'POST' }));
    expect([at.length, key!(0)]).toStrictEqual([2, 'POST']);
  });

  it('should skip spans that hold no time, not those that are no call', async () => {
    const spans = [...Array.from({ length: 30 }, () => span()), span({ endTimeUnixNano: 'x' }), { kind: 1 }];
    expect(await readTraffic([document(...spans)])).toMatchObject({
      skipped: 1,
      notes: [expect.stringContaining('1 of 31 spans')],
    });
  });
});
