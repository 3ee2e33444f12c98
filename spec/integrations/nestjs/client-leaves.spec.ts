import { HttpModule, HttpService } from '@nestjs/axios';
import { Controller, Get, Inject, Sse, type MessageEvent } from '@nestjs/common';
import { always, CircuitBreakerRegistry, failureStreak, type CircuitBreaker } from 'rxjs-fluxgate';
import { CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { map, Subject, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { getCounts } from '../../support/counts.ts';
import { eventually } from './eventually.ts';
import { runApp, type RunningApp } from './run-app.ts';

let upstream: FlakyServer;
beforeAll(async () => {
  upstream = await FlakyServer.start();
});
afterAll(() => upstream.stop());

@Controller()
@UseCircuitBreaker('upstream')
class UpstreamController {
  readonly #event$ = new Subject<string>();
  readonly #http: HttpService;

  constructor(@Inject(HttpService) http: HttpService) {
    this.#http = http;
  }

  @Get('observable')
  observable(): Observable<unknown> {
    return this.#http.get<unknown>(upstream.url).pipe(map(({ data }) => data));
  }

  @Get('promise')
  async promise(): Promise<unknown> {
    return (await this.#http.axiosRef.get<unknown>(upstream.url)).data;
  }

  @Sse('events')
  events(): Observable<MessageEvent> {
    return this.#event$.pipe(map((data) => ({ data })));
  }

  emit(data: string): void {
    this.#event$.next(data);
  }

  get listening(): boolean {
    return this.#event$.observed;
  }
}

async function start(): Promise<RunningApp & { breaker: CircuitBreaker }> {
  upstream.behaviour = {};
  const running = await runApp({
    imports: [HttpModule, CircuitBreakerModule.forRoot({ tripper: failureStreak(3), retry: always(), maxProbes: 1 })],
    controllers: [UpstreamController],
  });
  return { ...running, breaker: running.app.get(CircuitBreakerRegistry).get('upstream') };
}

describe('a client that leaves while the upstream hangs', () => {
  it('should cancel the call of a handler that returns an Observable', async () => {
    const { url, breaker } = await start();
    upstream.behaviour = 'hang';
    const { abandoned, requests } = upstream;
    const client = new AbortController();
    const response = fetch(`${url}/observable`, { signal: client.signal });
    await eventually(() => upstream.requests).toBe(requests + 1);
    expect(breaker.info().inFlight).toBe(1);
    client.abort();
    await expect(response).rejects.toThrow();
    await eventually(() => breaker.info().inFlight).toBe(0);
    await eventually(() => upstream.abandoned).toBe(abandoned + 1);
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('should give back the place of a probe', async () => {
    const { url, breaker } = await start();
    upstream.behaviour = 'hang';
    breaker.trip();
    const client = new AbortController();
    const response = fetch(`${url}/observable`, { signal: client.signal });
    await eventually(() => [breaker.state, breaker.info().inFlight]).toStrictEqual(['half_open', 1]);
    expect((await fetch(`${url}/observable`)).status).toBe(503);
    client.abort();
    await expect(response).rejects.toThrow();
    await eventually(() => breaker.info().inFlight).toBe(0);
    expect(breaker.state).toBe('half_open');
  });

  it('should leave the call of a handler that returns a promise to its end', async () => {
    const { url, breaker } = await start();
    upstream.behaviour = 'hang';
    const { requests } = upstream;
    const client = new AbortController();
    const response = fetch(`${url}/promise`, { signal: client.signal });
    await eventually(() => upstream.requests).toBe(requests + 1);
    client.abort();
    await expect(response).rejects.toThrow();
    expect(breaker.info().inFlight).toBe(1);
    await upstream.goDown();
    await eventually(() => breaker.info().inFlight).toBe(0);
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
    await upstream.comeUp();
  });
});

describe('a stream of server-sent events', () => {
  /** Opens the stream; `pass` sends an event and sees it through. */
  async function listen({ app, url }: RunningApp) {
    const controller = app.get(UpstreamController);
    const client = new AbortController();
    const response = await fetch(`${url}/events`, { signal: client.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    await eventually(() => controller.listening).toBe(true);
    return {
      controller,
      response,
      leave: () => client.abort(),
      /** Sends an event, and waits until it comes through. */
      pass: async (data: string) => {
        controller.emit(data);
        while (!text.includes(`data: ${data}\n`))
          text += (await reader.read()).value ?? expect.unreachable('it has ended');
      },
    };
  }

  it('should pass and stay open while the circuit opens and closes', async () => {
    const running = await start();
    const { breaker } = running;
    const { pass, controller, leave } = await listen(running);
    await pass('one');
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    breaker.forceOpen();
    await pass('two');
    breaker.reset();
    await pass('three');
    leave();
    await eventually(() => controller.listening).toBe(false);
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('should open while the circuit is open', async () => {
    const running = await start();
    running.breaker.forceOpen();
    expect((await fetch(`${running.url}/observable`)).status).toBe(503);
    const { pass, response, leave } = await listen(running);
    expect(response.status).toBe(200);
    await pass('one');
    leave();
  });
});
