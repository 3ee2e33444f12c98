import { BadRequestException, HttpException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { RequestTimeoutException, ServiceUnavailableException } from '@nestjs/common';
import { AxiosError, type AxiosResponse } from 'axios';
import { describe, expect, it } from 'vitest';
import { handlerFailure } from '../../../lib/integrations/nestjs/handler-failure.ts';

const fromAxios = (status: number): AxiosError =>
  new AxiosError('bad', 'ERR_BAD_RESPONSE', undefined, undefined, { status } as AxiosResponse);

describe('the default tracker of the module', () => {
  it.each([
    ['an error of the code', new TypeError('x is not a function')],
    ['a timeout', Object.assign(new Error('Timeout has occurred'), { name: 'TimeoutError' })],
    ['a refused connection', new AxiosError('connect ECONNREFUSED', 'ECONNREFUSED')],
    ['a request that the handler gave up, as after a time of its own', new AxiosError('canceled', 'ERR_CANCELED')],
    ['an AbortError, which is the same to fetch', new DOMException('This operation was aborted', 'AbortError')],
    ['a 500', new InternalServerErrorException()],
    ['a 503', new ServiceUnavailableException()],
    ['a 408, what a time-out is made into', new RequestTimeoutException()],
    ['a 429', new HttpException('Too Many Requests', 429)],
    ['a 500 of the upstream', fromAxios(500)],
    ['a 429 of the upstream', fromAxios(429)],
    ['an answer of the upstream that broke off', fromAxios(200)],
    ['a string', 'down'],
    ['null', null],
    ['undefined', undefined],
    ['a status that is no number', { status: '404' }],
    ['a response without a status', { response: null }],
  ])('should match %s', (_, error) => {
    expect(handlerFailure().test(error)).toBe(true);
  });

  it.each([
    ['a redirection', new HttpException('', 302)],
    ['a 400', new BadRequestException()],
    ['a 404', new NotFoundException()],
    ['a 499', new HttpException('', 499)],
    ['a 404 of the upstream', fromAxios(404)],
    ['a response with a status of 404', { response: { status: 404 } }],
  ])('should not match %s', (_, error) => {
    expect(handlerFailure().test(error)).toBe(false);
  });

  it('should read like code', () => {
    expect(String(handlerFailure())).toBe('errorWhere(isHandlerFailure)');
  });
});
