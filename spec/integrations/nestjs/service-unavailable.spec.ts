import { ServiceUnavailableException, type ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { CallNotPermittedError, type State } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { setRetryAfter, toServiceUnavailable } from '../../../lib/integrations/nestjs/service-unavailable.ts';

const rejection = (retryAfter: number | undefined, state: State = 'open'): CallNotPermittedError =>
  new CallNotPermittedError({ circuit: 'payments', state, retryAfter, cause: new Error('password: 1234') });

const contextOf = (response: object): ExecutionContext => new ExecutionContextHost([{}, response, () => undefined]);

describe('the response to a rejected request', () => {
  it('should be a 503 that reveals nothing of what is inside', () => {
    const exception = toServiceUnavailable(rejection(1));
    expect(exception).toBeInstanceOf(ServiceUnavailableException);
    expect([exception.getStatus(), exception.message]).toStrictEqual([503, 'Service Unavailable']);
    expect(exception.getResponse()).toStrictEqual({ message: 'Service Unavailable', statusCode: 503 });
  });

  it('should keep the rejection as its cause, which is not enumerable', () => {
    const error = rejection(1);
    const exception = toServiceUnavailable(error);
    expect(exception.cause).toBe(error);
    expect(JSON.stringify(exception)).not.toContain('payments');
  });

  it.each([
    [1, '1'],
    [999.5, '1'],
    [1_000, '1'],
    [1_000.5, '2'],
    [60_000, '60'],
  ])('should say %f ms as Retry-After: %s', (ms, seconds) => {
    const header = vi.fn();
    setRetryAfter(rejection(ms), contextOf({ header }));
    expect(header.mock.calls).toStrictEqual([['Retry-After', seconds]]);
  });

  it('should say a second of a half-open circuit, whose probes decide any moment', () => {
    const header = vi.fn();
    setRetryAfter(rejection(undefined, 'half_open'), contextOf({ header }));
    expect(header.mock.calls).toStrictEqual([['Retry-After', '1']]);
  });

  it('should say no Retry-After that is not known', () => {
    const header = vi.fn();
    setRetryAfter(rejection(undefined, 'forced_open'), contextOf({ header }));
    expect(header).not.toHaveBeenCalled();
  });

  it('should set the header of a response that has setHeader alone', () => {
    const setHeader = vi.fn();
    setRetryAfter(rejection(1), contextOf({ setHeader }));
    expect(setHeader.mock.calls).toStrictEqual([['Retry-After', '1']]);
  });

  it('should set no header of a response that has begun', () => {
    const header = vi.fn();
    setRetryAfter(rejection(1), contextOf({ header, headersSent: true }));
    expect(header).not.toHaveBeenCalled();
  });
});
