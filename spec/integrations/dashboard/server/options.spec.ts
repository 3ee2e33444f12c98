import { describe, expect, it } from 'vitest';
import { asyncScheduler } from 'rxjs';
import { resolveOptions } from '../../../../lib/integrations/dashboard/server/options.ts';

describe('settingsOf', () => {
  it('should fill in the defaults, also for undefined', () => {
    const defaults = {
      ...{ title: 'Circuits', control: undefined, errorText: undefined, fleet: undefined, maxClients: 50 },
      ...{ interval: 1_000, history: 300_000, scheduler: asyncScheduler },
    };
    expect(resolveOptions({})).toStrictEqual(defaults);
    expect(resolveOptions({ title: undefined, interval: undefined, scheduler: undefined })).toStrictEqual(defaults);
  });

  it.each<[object, Error]>([
    [
      { titel: 'x' },
      new TypeError(
        'dashboard got an unknown option "titel"; it takes title, control, errorText, fleet, maxClients, interval, history, scheduler',
      ),
    ],
    [{ title: 1 }, new TypeError('dashboard: title must be a string, got 1')],
    [{ control: true }, new TypeError('dashboard: control must be a function, got true')],
    [{ maxClients: 0 }, new RangeError('dashboard: maxClients must be an integer of at least 1, got 0')],
    [{ interval: 99 }, new RangeError('dashboard: interval must be a number of ms from 100 to 10000, got 99')],
    [{ interval: 10_001 }, new RangeError('dashboard: interval must be a number of ms from 100 to 10000, got 10001')],
    [{ interval: NaN }, new RangeError('dashboard: interval must be a number of ms from 100 to 10000, got NaN')],
    [{ interval: '1' }, new TypeError('dashboard: interval must be a number of ms from 100 to 10000, got "1"')],
    [{ history: 0 }, new RangeError('dashboard: history must be a finite number of ms above 0, got 0')],
    [
      { scheduler: {} },
      new TypeError('dashboard: scheduler must be a SchedulerLike with now() and schedule(), got an object'),
    ],
    [
      { scheduler: null },
      new TypeError('dashboard: scheduler must be a SchedulerLike with now() and schedule(), got null'),
    ],
  ])('should refuse %o', (options, error) => {
    expect(() => resolveOptions(options)).toThrow(error);
  });

  it('should take the least and the most', () => {
    expect(resolveOptions({ interval: 100 }).interval).toBe(100);
    expect(resolveOptions({ interval: 10_000 }).interval).toBe(10_000);
  });
});
