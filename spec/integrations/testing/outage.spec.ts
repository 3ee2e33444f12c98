import { catchError, mergeMap, of, timer, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { inTurn, outage } from 'rxjs-fluxgate/testing';
import { describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.ts';
import { marbles } from '../../support/marbles.ts';

describe('outage', () => {
  it(
    'should behave as the word at the moment of the request means',
    marbles((m) => {
      const source$ = outage('--ok--down--hang--ok', { latency: 0, value: 'v' });
      const calls = m.hot('   c-c-c-c---c-c-----c-', undefined);
      const expected = '      v-v-v-d---d-------v-';

      const results = calls.pipe(mergeMap(() => source$.pipe(catchError(() => of('d')))));
      m.expect(results).toBeObservable(expected);
      m.flush();
      expect(source$.attempts).toBe(7);
    }),
  );

  it(
    'should take latency for a response and a failure, and slow for a slow one',
    marbles((m) => {
      const options = { value: 'v', latency: 3, slow: 7, error: 'e' };
      m.expect(outage('ok', options)).toBeObservable('  ---(v|)');
      m.expect(outage('down', options)).toBeObservable('---#', undefined, 'e');
      m.expect(outage('slow', options)).toBeObservable('-------(v|)');
      m.expect(outage('hang', options)).toBeObservable('-');
      m.expect(outage('ok')).toBeObservable('           -(v|)', { v: 1 });
      m.expect(outage('slow')).toBeObservable('         1s (v|)', { v: 1 });
    }),
  );

  it(
    'should fail and succeed in turn while it flaps',
    marbles((m) => {
      const source$ = outage('flap', { latency: 0, value: 'v' });
      const results = m.hot('-c-c-c-c-').pipe(mergeMap(() => source$.pipe(catchError(() => of('e')))));
      m.expect(results).toBeObservable('-e-v-e-v-');
    }),
  );

  it(
    'should keep a request as it began',
    marbles((m) => {
      const source$ = outage('-slow-down', { slow: 8, latency: 0, value: 'v' });
      m.expect(source$, '-^').toBeObservable('---------(v|)');
    }),
  );

  it(
    'should make values and errors by the attempt',
    marbles((m) => {
      const source$ = outage('ok--down', {
        latency: 0,
        value: (attempt) => `v${String(attempt)}`,
        error: (attempt: number) => `e${String(attempt)}`,
      });
      const results = m
        .hot('                 a-a-a')
        .pipe(mergeMap(() => source$.pipe(catchError((error: unknown) => of(error)))));
      m.expect(results).toBeObservable('a-b-c', { a: 'v1', b: 'v2', c: 'e3' });
    }),
  );

  it('should fail as a server that is unavailable does, each time with an error of its own', () => {
    const log = [...collect(inTurn('down', { latency: 0 })), ...collect(inTurn('down', { latency: 0 }))];
    expect(log).toMatchObject(['#', { message: 'HTTP 503', status: 503 }, '#', { message: 'HTTP 503', status: 503 }]);
    expect(log[1]).not.toBe(log[3]);
  });

  it(
    'should take words of your own, also in place of the ready ones',
    marbles((m) => {
      const source$ = outage('ok--stream--empty', {
        latency: 0,
        words: { stream: m.cold('a-b|'), empty: () => [], ok: (attempt) => of(`own ${String(attempt)}`) },
      });
      m.expect(source$).toBeObservable('(v|)', { v: 'own 1' });
      m.expect(source$, '----^').toBeObservable('----a-b|');
      m.expect(source$, '------------^').toBeObservable('------------|');
    }),
  );

  it(
    'should begin when it is made',
    marbles((m) => {
      const made = timer(10).pipe(mergeMap(() => outage('-----down', { latency: 0, value: 'v' })));
      m.expect(made).toBeObservable('10ms (v|)');
    }),
  );

  it('should go by the scheduler that it is given', () => {
    const scheduler = new VirtualTimeScheduler();
    const source$ = outage('ok 1s down', { value: 'v', latency: 5, scheduler });
    const log: unknown[] = [];
    for (const at of [0, 999, 1_000]) {
      scheduler.schedule(() => {
        source$.subscribe({ next: () => log.push(scheduler.now()), error: () => log.push(-scheduler.now()) });
      }, at);
    }
    scheduler.flush();
    expect(log).toStrictEqual([5, 1_004, -1_005]);
  });

  it('should count frames of 10 ms on a TestScheduler outside of run(), as it does', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toStrictEqual(expected));
    const source$ = outage('--down-', { value: 'v', latency: 0, scheduler });
    const calls = scheduler.createHotObservable('cc-c-');
    scheduler.expectObservable(calls.pipe(mergeMap(() => source$.pipe(catchError(() => of('d')))))).toBe('vv-d-');
    scheduler.flush();
  });

  it('should refuse what it does not know', () => {
    expect(() => outage('--ko--')).toThrow(
      new TypeError('outage got an unknown word "ko"; it takes ok, down, slow, hang, flap'),
    );
    expect(() => outage('toString')).toThrow(TypeError);
    expect(() => outage('ok', { words: { mine: [1] } }).pipe()).not.toThrow();
    expect(() => outage('nine', { words: { mine: [1] } })).toThrow('it takes ok, down, slow, hang, flap, mine');
    expect(() => outage(3 as never)).toThrow(new TypeError('outage: script must be a string, got 3'));
    expect(() => outage('ok', { latency: -1 })).toThrow(RangeError);
    expect(() => outage('ok', { delay: 1 } as never)).toThrow('it takes value, error, latency');
  });
});

describe('inTurn', () => {
  it('should give each attempt its word, and the last word to all that follow', () => {
    const source$ = inTurn('ok down*2 ok', { latency: 0, value: (attempt) => attempt, error: 'e' });
    const log = Array.from({ length: 5 }, () => collect(source$));
    expect(log).toStrictEqual([
      [1, '|'],
      ['#', 'e'],
      ['#', 'e'],
      [4, '|'],
      [5, '|'],
    ]);
  });

  it('should emit null, and undefined by a function', () => {
    expect(collect(inTurn('ok', { latency: 0, value: null }))).toStrictEqual([null, '|']);
    expect(collect(inTurn('ok', { latency: 0, value: () => undefined }))).toStrictEqual([undefined, '|']);
  });

  it('should let what a function of the options throws be the error', () => {
    const value = (): number => {
      throw new Error('broken');
    };
    expect(collect(inTurn('ok', { latency: 0, value }))).toStrictEqual(['#', new Error('broken')]);
  });

  it('should refuse an empty script', () => {
    expect(() => inTurn(' ')).toThrow(new SyntaxError('inTurn: the script must have at least one word, got " "'));
    expect(() => inTurn('ok*0')).toThrow(SyntaxError);
  });
});
