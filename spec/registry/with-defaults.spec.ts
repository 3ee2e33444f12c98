import { anyError, CircuitBreakerRegistry, errorWhere, failureStreak, type RegistryOptions } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { withDefaults } from '../../lib/registry/with-defaults.ts';

const defaults = { tracker: errorWhere(() => false), untracked: 'success' } as const;

describe('withDefaults', () => {
  it.each<[string, RegistryOptions]>([
    ['options', { tripper: failureStreak(3) }],
    ['options that are there but undefined', { tripper: failureStreak(3), tracker: undefined, untracked: undefined }],
    ['a function', () => ({ tripper: failureStreak(3) })],
  ])('should put the defaults under %s', (_, given) => {
    const options = withDefaults('it', given, defaults);
    const made = typeof options === 'function' ? options('a') : options;
    expect(made).toMatchObject(defaults);
    expect(String(made.tripper)).toBe('failureStreak(3)');
  });

  it('should leave what is given as it is', () => {
    const given = { tracker: anyError(), untracked: 'ignored' } as const;
    expect(withDefaults('it', given, defaults)).toMatchObject(given);
  });

  it('should read listeners once, for all that is made of the options', () => {
    const listener = vi.fn();
    const options = withDefaults('it', { listeners: [listener].values() }, defaults);
    for (let i = 0; i < 2; i++) new CircuitBreakerRegistry(options).get('a').trip();
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it.each([null, 7, 'x', []])('should refuse %o, naming whose options they are', (given) => {
    expect(() => withDefaults('it', given as never, defaults)).toThrow(
      /^it: options must be an object or a function, got/,
    );
  });
});
