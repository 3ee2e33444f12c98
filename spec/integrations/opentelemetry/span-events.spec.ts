import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, trace, type Attributes, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { lastValueFrom } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import {
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  never,
  probes,
} from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { shadow } from 'rxjs-fluxgate/simulate';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, onEach, succeed } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';

const exporter = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('spec');

/** Does the work in a span of that name, which ends with it. */
function inSpan<T>(name: string, work: (span: Span) => T): T {
  const span = tracer.startSpan(name);
  const result = context.with(trace.setSpan(context.active(), span), () => work(span));
  if (result instanceof Promise) void result.finally(() => span.end()).catch(() => undefined);
  else span.end();
  return result;
}

/** The events of a span that has ended. */
function eventsOf(name: string): { name: string; attributes: Attributes | undefined }[] {
  const span = exporter.getFinishedSpans().find((finished) => finished.name === name)!;
  return span.events.map((event) => ({ name: event.name, attributes: event.attributes }));
}

/** The same in short. */
function storyOf(name: string): string[] {
  return eventsOf(name).map((event) =>
    event.name === 'circuit_breaker.transition'
      ? `${String(event.attributes?.['circuit_breaker.name'])} ${String(event.attributes?.['circuit_breaker.new_state'])}`
      : `${String(event.attributes?.['circuit_breaker.name'])} rejected`,
  );
}

function isRejected(breaker: CircuitBreaker): void {
  expect(() => breaker.admit()).toThrow('not permitted');
}

/** A server whose every answer waits until the test sets a status for the path. */
async function newBackend(): Promise<{ url: string; answer: (path: string, status: number) => Promise<void> }> {
  const waiting = new Map<string, (status: number) => void>();
  const server: Server = createServer(({ url = '' }, response) => {
    waiting.set(url, (status) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    answer: async (path, status) => {
      const respond = await vi.waitFor(() => {
        const found = waiting.get(path);
        if (!found) throw new Error(`no request has come for ${path}`);
        return found;
      });
      respond(status);
    },
  };
}

describe('the span events', () => {
  const reported = spyOnReports();

  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });

  afterEach(() => {
    context.disable();
    exporter.reset();
  });

  it('should note a transition on the span of the call that caused it', () => {
    const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2), retry: cooldown(30_000) });
    instrument(breaker);
    inSpan('first', () => fail(breaker));
    inSpan('second', () => fail(breaker));
    expect(eventsOf('first')).toStrictEqual([]);
    expect(eventsOf('second')).toStrictEqual([
      {
        name: 'circuit_breaker.transition',
        attributes: {
          'circuit_breaker.name': 'stock',
          'circuit_breaker.old_state': 'closed',
          'circuit_breaker.new_state': 'open',
          'circuit_breaker.transition.reason': 'tripped',
          'circuit_breaker.transition.detail': 'failureStreak(2): 2 failures in a row',
        },
      },
    ]);
  });

  it('should note a rejection, with the time to come back in seconds if it is known', () => {
    const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(30_000), scheduler: new ManualScheduler() });
    instrument(breaker);
    breaker.trip();
    inSpan('open', () => isRejected(breaker));
    breaker.forceOpen();
    inSpan('forced', () => isRejected(breaker));
    expect(eventsOf('open')).toStrictEqual([
      {
        name: 'circuit_breaker.rejected',
        attributes: {
          'circuit_breaker.name': 'stock',
          'circuit_breaker.state': 'open',
          'circuit_breaker.retry_after': 30,
          'circuit_breaker.call.outcome': 'rejected',
        },
      },
    ]);
    expect(eventsOf('forced')).toStrictEqual([
      {
        name: 'circuit_breaker.rejected',
        attributes: {
          'circuit_breaker.name': 'stock',
          'circuit_breaker.state': 'forced_open',
          'circuit_breaker.call.outcome': 'rejected',
        },
      },
    ]);
  });

  it('should set the attributes of a rejection on the span, by which it is found, with or without events', () => {
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { spanEvents: false });
    breaker.forceOpen();
    inSpan('call', () => isRejected(breaker));
    const attributesOf = (name: string): Attributes =>
      exporter.getFinishedSpans().find((span) => span.name === name)!.attributes;
    expect(attributesOf('call')).toStrictEqual({
      'circuit_breaker.name': 'stock',
      'circuit_breaker.state': 'forced_open',
      'circuit_breaker.call.outcome': 'rejected',
    });
    expect(eventsOf('call')).toStrictEqual([]);

    const other = new CircuitBreaker({ name: 'mail' });
    instrument(other, { spanAttributes: false });
    other.forceOpen();
    inSpan('other', () => isRejected(other));
    expect(attributesOf('other')).toStrictEqual({});
    expect(storyOf('other')).toStrictEqual(['mail rejected']);
  });

  it('should note no rejection of a shadow, which rejects nothing', () => {
    const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(50) });
    const stricter = shadow(breaker, { tripper: failureStreak(1) });
    instrument([breaker, stricter]);
    breaker.admit().error(new Error('down'));
    inSpan('let through', () => breaker.admit().complete());
    expect(stricter.counts.lost).toBe(1);
    const { attributes } = exporter.getFinishedSpans().find(({ name }) => name === 'let through')!;
    expect([attributes, storyOf('let through')]).toStrictEqual([{}, []]);
  });

  it('should note the whole way of a call that meets a circuit whose retry is due', () => {
    const time = new ManualScheduler();
    const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(1_000), recovery: probes(1), scheduler: time });
    instrument(breaker);
    breaker.trip();
    time.step(1_000);
    inSpan('probe', () => succeed(breaker));
    expect(storyOf('probe')).toStrictEqual(['stock half_open', 'stock closed']);
  });

  it('should note nothing of calls that are let through', () => {
    const breaker = new CircuitBreaker();
    instrument(breaker);
    inSpan('call', () => {
      succeed(breaker);
      fail(breaker);
      breaker.admit().unsubscribe();
    });
    expect(eventsOf('call')).toStrictEqual([]);
  });

  it('should note it in the registry as well', () => {
    const registry = new CircuitBreakerRegistry({ retry: never() });
    instrument(registry);
    inSpan('command', () => registry.get('a').trip());
    inSpan('call', () => isRejected(registry.get('a')));
    expect(storyOf('command')).toStrictEqual(['a open']);
    expect(storyOf('call')).toStrictEqual(['a rejected']);
  });

  it('should find the span of each of several requests that are under way at once', async () => {
    const { url, answer } = await newBackend();
    const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2), retry: never() });
    instrument(breaker);
    const ask = (path: string): Promise<unknown> => {
      const reply$ = fromFetch(`${url}${path}`, {
        selector: ({ ok, status }) => (ok ? Promise.resolve(status) : Promise.reject(new Error(String(status)))),
      });
      return inSpan(path, () => lastValueFrom(reply$.pipe(circuitBreaker(breaker)), { defaultValue: 0 }).catch(String));
    };

    const replies = ['/a', '/b', '/c'].map(ask);
    await answer('/b', 500);
    await replies[1];
    await answer('/a', 500);
    await replies[0];
    replies.push(ask('/d'));
    await answer('/c', 200);
    expect(await Promise.all(replies)).toStrictEqual([
      'Error: 500',
      'Error: 500',
      200,
      expect.stringContaining('not permitted'),
    ]);

    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(4));
    expect(storyOf('/a')).toStrictEqual(['stock open']);
    expect(storyOf('/b')).toStrictEqual([]);
    expect(storyOf('/c')).toStrictEqual([]);
    expect(storyOf('/d')).toStrictEqual(['stock rejected']);
  });

  it('should note a change that comes by a timer where the timer was set, while that span is not ended', async () => {
    const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(1) });
    instrument(breaker);
    await inSpan('command', async () => {
      breaker.trip();
      await vi.waitFor(() => expect(breaker.state).toBe('half_open'));
    });
    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(1));
    expect(storyOf('command')).toStrictEqual(['stock open', 'stock half_open']);
  });

  it('should note nothing on a span that has ended', async () => {
    const breaker = new CircuitBreaker({ name: 'stock', retry: cooldown(1) });
    instrument(breaker);
    const add = inSpan('command', (span) => {
      breaker.trip();
      return vi.spyOn(span, 'addEvent');
    });
    await vi.waitFor(() => expect(breaker.state).toBe('half_open'));
    expect(storyOf('command')).toStrictEqual(['stock open']);
    expect(add).not.toHaveBeenCalled();
  });

  it('should note a rejection on the span of its own call, also if a subscriber to signals makes it', () => {
    const breaker = new CircuitBreaker({ name: 'stock', retry: never() });
    onEach(breaker.signal$, () => inSpan('inner', () => isRejected(breaker)));
    instrument(breaker);
    inSpan('outer', () => breaker.trip());
    expect(storyOf('inner')).toStrictEqual(['stock rejected']);
    expect(storyOf('outer')).toStrictEqual(['stock open']);
  });

  it('should note nothing if so asked', () => {
    const breaker = new CircuitBreaker();
    instrument(breaker, { spanEvents: false, spanAttributes: false });
    inSpan('command', () => {
      breaker.trip();
      isRejected(breaker);
    });
    expect(eventsOf('command')).toStrictEqual([]);
  });

  it('should note nothing any more once unsubscribed', () => {
    const breaker = new CircuitBreaker();
    instrument(breaker).unsubscribe();
    inSpan('command', () => {
      breaker.trip();
      isRejected(breaker);
    });
    expect(eventsOf('command')).toStrictEqual([]);
  });

  it('should delay no call when a span is broken, but report that', () => {
    const breaker = new CircuitBreaker({ retry: never() });
    instrument(breaker);
    inSpan('broken', (span) => {
      vi.spyOn(span, 'addEvent').mockImplementation(() => {
        throw new Error('no events');
      });
      breaker.trip();
      isRejected(breaker);
      isRejected(breaker);
    });
    expect(reported.mock.calls).toStrictEqual(Array(3).fill([new Error('no events')]));
  });

  it('should do without a span', async () => {
    const breaker = new CircuitBreaker();
    instrument(breaker);
    breaker.trip();
    isRejected(breaker);
    await sleep(0);
    expect(exporter.getFinishedSpans()).toStrictEqual([]);
  });
});
