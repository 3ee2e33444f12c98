import type { State } from 'rxjs-fluxgate';
import { defaultTemplate } from 'rxjs-fluxgate/slack';
import { describe, expect, it } from 'vitest';
import { signalOf } from '../../support/signals.ts';

describe('defaultTemplate', () => {
  it('should say the circuit, both states, the reason and the detail', () => {
    const signal = signalOf({ oldState: 'half_open', newState: 'closed', reason: 'recovered', detail: '3 of 3' });
    expect(defaultTemplate(signal)).toBe(':large_green_circle: *payments*: half_open → closed\nrecovered: 3 of 3');
  });

  it('should say when the circuit will be tried again, in seconds of the epoch, never too early', () => {
    const text = defaultTemplate(signalOf({ timestamp: 1_700_000_000_500, retryAt: 1_700_000_060_500 }));
    expect(text.split('\n')[2]).toBe('Next try: <!date^1700000061^{date_short_pretty} {time_secs}|in 60 s>');
  });

  it.each([
    [1, '_1 earlier change could not be posted_'],
    [7, '_7 earlier changes could not be posted_'],
  ])('should say that %d changes are missing', (missed, line) => {
    expect(defaultTemplate(signalOf(), missed).split('\n').at(-1)).toBe(line);
  });

  it('should say nothing more without a retry and with nothing missing', () => {
    expect(defaultTemplate(signalOf(), 0).split('\n')).toHaveLength(2);
  });

  it('should escape what comes from outside', () => {
    const text = defaultTemplate(signalOf({ name: '<!channel>', detail: 'a < b && c > d' }));
    expect(text).toContain('*&lt;!channel&gt;*');
    expect(text).toContain('a &lt; b &amp;&amp; c &gt; d');
  });

  it('should keep what comes from outside in its line', () => {
    expect(defaultTemplate(signalOf({ name: 'a\n:red_circle: *b*', detail: 'c\r\nd' })).split('\n')).toHaveLength(2);
  });

  it('should distinguish the states at a glance', () => {
    const states: State[] = ['closed', 'open', 'half_open', 'forced_open'];
    const emoji = states.map((newState) => defaultTemplate(signalOf({ newState })).split(' ')[0]);
    expect(new Set(emoji).size).toBe(4);
  });
});
