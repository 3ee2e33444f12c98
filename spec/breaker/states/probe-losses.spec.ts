import { describe, expect, it } from 'vitest';
import { ProbeLosses } from '../../../lib/breaker/states/probe-losses.ts';

/** How many probes may be in flight at most. */
function roomOf(losses: ProbeLosses): number {
  let inFlight = 0;
  while (losses.makeRoom(inFlight)) inFlight++;
  return inFlight;
}

describe('ProbeLosses', () => {
  it('should leave the usual rule alone until a probe is lost', () => {
    const losses = new ProbeLosses();
    losses.rejected({}, 0);
    expect(roomOf(losses)).toBe(0);
  });

  it('should make room for one more than were lost to a rejection, once none is in flight', () => {
    const losses = new ProbeLosses();
    const rejection = {};
    losses.lost(rejection, 1);
    expect(roomOf(losses)).toBe(0);
    losses.lost(rejection, 0);
    expect(roomOf(losses)).toBe(3);
  });

  it('should count what was lost to a rejection once', () => {
    const losses = new ProbeLosses();
    const rejection = {};
    losses.lost(rejection, 1);
    losses.lost(rejection, 0);
    losses.lost(rejection, 0);
    expect(roomOf(losses)).toBe(4);
  });

  it('should add up what was lost to several rejections', () => {
    const losses = new ProbeLosses();
    losses.lost({}, 0);
    losses.lost({}, 0);
    expect(roomOf(losses)).toBe(3);
  });

  it.each([
    [100, 2],
    [101, 0],
  ])('should make room after a probe unsubscribed %i ms after a rejection: %i', (later, room) => {
    const losses = new ProbeLosses();
    const { rejections } = losses;
    losses.rejected({}, 1_000);
    losses.cancelled(rejections, 1_000 + later, 0);
    expect(roomOf(losses)).toBe(room);
  });

  it('should not take a probe for lost that was admitted after the rejection, or before any', () => {
    const losses = new ProbeLosses();
    losses.cancelled(losses.rejections, 0, 0);
    losses.rejected({}, 0);
    losses.cancelled(losses.rejections, 0, 0);
    expect(roomOf(losses)).toBe(0);
  });
});
