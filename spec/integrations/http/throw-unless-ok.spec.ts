import nodeFetch from 'node-fetch';
import { firstValueFrom } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { httpFailure, HttpStatusError, okJson, throwUnlessOk } from 'rxjs-fluxgate/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';

const thrown = (response: Response): unknown => {
  try {
    return throwUnlessOk(response);
  } catch (error) {
    return error;
  }
};

describe('throwUnlessOk', () => {
  it('should return a good response', () => {
    for (const status of [200, 201, 204, 299]) {
      const response = new Response(null, { status });
      expect(throwUnlessOk(response)).toBe(response);
    }
  });

  it.each([304, 400, 404, 503])('should throw an error that has the status %i and the response', async (status) => {
    const response = new Response(status === 304 ? null : 'why', { status });
    const error = thrown(response) as HttpStatusError;
    expect(error).toBeInstanceOf(HttpStatusError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'HttpStatusError',
      message: `HTTP status ${String(status)}`,
      status,
      response,
    });
    expect(await error.response.text()).toBe(status === 304 ? '' : 'why');
  });

  it('should throw at Response.error()', () => {
    expect(thrown(Response.error())).toBeInstanceOf(HttpStatusError);
    expect(httpFailure().test(thrown(Response.error()))).toBe(true);
  });

  it.each(['opaque', 'opaqueredirect'])(
    'should return a response that is %s, whose status nothing may read',
    (type) => {
      const response = { type, ok: false, status: 0 };
      expect(throwUnlessOk(response)).toBe(response);
    },
  );

  it('should keep the response out of JSON and out of a list of keys', () => {
    const error = thrown(new Response('secret', { status: 503 })) as Error;
    expect(JSON.stringify(error)).toBe('{"status":503}');
    expect(Object.keys(error)).toStrictEqual(['status']);
    expect(String(error)).toBe('HttpStatusError: HTTP status 503');
  });
});

describe('with a server', () => {
  let server: FlakyServer;
  beforeEach(async () => {
    server = await FlakyServer.start();
  });
  afterEach(() => server.stop());

  it('should read JSON as the selector of fromFetch', async () => {
    const body = await firstValueFrom(fromFetch(server.url, { selector: okJson<{ ok: boolean }> }), {
      defaultValue: undefined,
    });
    expect(body).toStrictEqual({ ok: true });
  });

  it('should pass the errors of fetch on', async () => {
    server.behaviour = 'truncate';
    const error: unknown = await okJson(await fetch(server.url)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(httpFailure().test(error)).toBe(true);
  });

  it('should take the response of another fetch', async () => {
    server.behaviour = { status: 503 };
    await expect(nodeFetch(server.url).then(throwUnlessOk)).rejects.toMatchObject({ status: 503 });
  });
});
