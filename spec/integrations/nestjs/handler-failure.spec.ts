import { BadRequestException, HttpException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { RequestTimeoutException, ServiceUnavailableException } from '@nestjs/common';
import { GrpcNotFoundException, GrpcUnavailableException, RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import { AxiosError, type AxiosResponse } from 'axios';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { handlerFailure } from '../../../lib/integrations/nestjs/handler-failure.ts';

const fromAxios = (status: number): AxiosError =>
  new AxiosError('bad', 'ERR_BAD_RESPONSE', undefined, undefined, { status } as AxiosResponse);

/** As of @grpc/grpc-js. */
const grpcError = (code: number): Error =>
  Object.assign(new Error('failed'), { code, details: 'failed', metadata: {} });

const protobufError = (code: string): Error =>
  Object.assign(new Error('failed'), { name: 'RpcError', code, meta: {}, methodName: 'price' });

const graphQLError = (code: string): GraphQLError => new GraphQLError('failed', { extensions: { code } });

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
    ['a response of the upstream that broke off', fromAxios(200)],
    ['a string', 'down'],
    ['null', null],
    ['undefined', undefined],
    ['a status that is no number', { status: '404' }],
    ['a response without a status', { response: null }],
    ['the exit code of a process', Object.assign(new Error('Command failed'), { code: 1 })],
    ['a code of gRPC for a server that is down', grpcError(14)],
    ...[0, 2, 4, 8, 13, 14, 15, 17].map((code): [string, unknown] => [`gRPC's ${String(code)}`, grpcError(code)]),
    ["Nest's exception of UNAVAILABLE", new GrpcUnavailableException('down')],
    ['an error of protobuf-ts for a server that is down', protobufError('UNAVAILABLE')],
    ['an RpcException that is but a text', new RpcException('down')],
    ['an RpcException of UNAVAILABLE', new RpcException({ code: 14, message: 'down' })],
    ['an RpcException of 503', new RpcException({ statusCode: 503 })],
    ['a WsException that is but a text', new WsException('down')],
    ['an RpcException of null', new RpcException(null as never)],
    ['a GraphQLError without a code', new GraphQLError('down')],
    ['a GraphQLError of the server', graphQLError('INTERNAL_SERVER_ERROR')],
    ['a GraphQLError of 503', new GraphQLError('down', { extensions: { http: { status: 503 } } })],
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
    ...[1, 3, 5, 6, 7, 9, 10, 11, 12, 16].map((code): [string, unknown] => [`gRPC's ${String(code)}`, grpcError(code)]),
    ["Nest's exception of NOT_FOUND", new GrpcNotFoundException('missing')],
    ['an error of protobuf-ts for what is not there', protobufError('NOT_FOUND')],
    ['an RpcException of NOT_FOUND', new RpcException({ code: 5, message: 'missing' })],
    ['an RpcException of 404', new RpcException({ statusCode: 404 })],
    ['a WsException of 400', new WsException({ status: 400 })],
    ...['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'GRAPHQL_VALIDATION_FAILED'].map(
      (code): [string, unknown] => [`GraphQL's ${code}`, graphQLError(code)],
    ),
    ['a GraphQLError of 404', new GraphQLError('missing', { extensions: { http: { status: 404 } } })],
  ])('should not match %s', (_, error) => {
    expect(handlerFailure().test(error)).toBe(false);
  });

  it('should read like code', () => {
    expect(String(handlerFailure())).toBe('errorWhere(isHandlerFailure)');
  });
});
