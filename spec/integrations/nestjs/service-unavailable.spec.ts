import { ServiceUnavailableException, type ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { CallNotPermittedError } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { serviceUnavailable } from '../../../lib/integrations/nestjs/service-unavailable.ts';

const rejection = (retryAfter: number | undefined): CallNotPermittedError =>
  new CallNotPermittedError({ circuit: 'payments', state: 'open', retryAfter, cause: new Error('password: 1234') });

const contextOf = (response: object): ExecutionContext => new ExecutionContextHost([{}, response, () => undefined]);

describe('the answer to a rejected request', () => {
  it('should be a 503 that says nothing of what is inside', () => {
    const answer = serviceUnavailable(rejection(1), contextOf({}));
    expect(answer).toBeInstanceOf(ServiceUnavailableException);
    expect(answer.getResponse()).toStrictEqual({
      message: 'Service Unavailable',
      statusCode: 503,
    });
  });

  it('should keep the rejection as its cause', () => {
    const error = rejection(1);
    expect(serviceUnavailable(error, contextOf({})).cause).toBe(error);
  });

  it.each([
    [1, '1'],
    [999.5, '1'],
    [1_000, '1'],
    [1_000.5, '2'],
    [60_000, '60'],
  ])('should say %f ms as Retry-After: %s', (ms, seconds) => {
    const header = vi.fn();
    serviceUnavailable(rejection(ms), contextOf({ header }));
    expect(header.mock.calls).toStrictEqual([['Retry-After', seconds]]);
  });

  it('should say no Retry-After that is not known', () => {
    const header = vi.fn();
    serviceUnavailable(rejection(undefined), contextOf({ header }));
    expect(header).not.toHaveBeenCalled();
  });

  it('should set the header of a response that has setHeader alone', () => {
    const setHeader = vi.fn();
    serviceUnavailable(rejection(1), contextOf({ setHeader }));
    expect(setHeader.mock.calls).toStrictEqual([['Retry-After', '1']]);
  });

  it('should set no header of a response that has begun', () => {
    const header = vi.fn();
    serviceUnavailable(rejection(1), contextOf({ header, headersSent: true }));
    expect(header).not.toHaveBeenCalled();
  });
});
