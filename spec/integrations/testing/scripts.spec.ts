import { TestScheduler } from 'rxjs/testing';
import { parseAttempts, parseMarbles, parsePhases } from '../../../lib/integrations/testing/scripts.ts';
import { describe, expect, it } from 'vitest';

describe('parseMarbles', () => {
  it.each(['a', '-a-b|', '--(ab)--c', '(a|)', ' a 10ms b 1.5s c 2m |', '10ms a', 'a-(bc|)', 'ab  -  c', 'é-ü'])(
    'should read %j as RxJS does',
    (script) => {
      // A frame is 1 ms inside of run().
      const messages = new TestScheduler(() => undefined).run(() =>
        TestScheduler.parseMarbles(script, undefined, undefined, false, true),
      );
      const { steps, end } = parseMarbles('test', script, 1);
      const letters = messages.flatMap(({ frame, notification }) =>
        notification.kind === 'N' ? [{ at: frame, word: notification.value as string }] : [],
      );
      expect(steps).toStrictEqual(letters);
      expect(end).toBe(messages.find(({ notification }) => notification.kind === 'C')?.frame);
    },
  );

  it('should read a time at the very end, which RxJS takes for letters', () => {
    expect(parseMarbles('test', 'a 10ms', 1)).toStrictEqual({ steps: [{ at: 0, word: 'a' }], end: undefined });
  });

  it('should count a frame as long as it is', () => {
    expect(parseMarbles('test', '-a(bc)', 10).steps).toStrictEqual([
      { at: 10, word: 'a' },
      { at: 20, word: 'b' },
      { at: 20, word: 'c' },
    ]);
  });

  it.each([
    ['a#', 'test: unexpected "#" in "a#"'],
    ['(a', 'test: unexpected "(" in "(a"'],
    ['a)', 'test: unexpected ")" in "a)"'],
    ['((a))', 'test: unexpected "(" in "((a))"'],
    ['5', 'test: unexpected "5" in "5"'],
  ])('should refuse %j', (script, message) => {
    expect(() => parseMarbles('test', script, 1)).toThrow(new SyntaxError(message));
  });
});

describe('parsePhases', () => {
  it.each([
    ['--ok--down--slow--ok', '2 ok, 6 down, 12 slow, 18 ok'],
    ['ok 1s down 30s ok', '0 ok, 1000 down, 31000 ok'],
    ['ok 1s -- down', '0 ok, 1002 down'],
    ['ok -- 1s down', '0 ok, 1004 down'],
    ['ok 1s 500ms down', '0 ok, 1500 down'],
    ['10ms down', '10 down'],
    ['ok   down', '0 ok, 2 down'],
    ['', ''],
    ['----', ''],
    ['  ', ''],
  ])('should read %j', (script, expected) => {
    const steps = parsePhases('test', script, 1);
    expect(steps.map(({ at, word }) => `${String(at)} ${word}`).join(', ')).toBe(expected);
  });

  it('should count a frame as long as it is', () => {
    expect(parsePhases('test', '-ok-down', 10)).toStrictEqual([
      { at: 10, word: 'ok' },
      { at: 40, word: 'down' },
    ]);
  });

  it.each(['ok|', 'ok (down)', '1s2'])('should refuse %j', (script) => {
    expect(() => parsePhases('test', script, 1)).toThrow(SyntaxError);
  });
});

describe('parseAttempts', () => {
  it('should read words, and how often each is meant', () => {
    expect(parseAttempts('test', ' ok  down*3\n ok ')).toStrictEqual(['ok', 'down', 'down', 'down', 'ok']);
  });

  it.each(['ok--down', 'down*', '*3', 'ok, down'])('should refuse %j', (script) => {
    expect(() => parseAttempts('test', script)).toThrow(SyntaxError);
  });
});
