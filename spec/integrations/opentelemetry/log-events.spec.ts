import { context, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { CircuitBreaker, failureStreak, never } from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';

describe('events by the Logs API', () => {
  const reported = spyOnReports();
  let logs: InMemoryLogRecordExporter;
  let loggerProvider: LoggerProvider;

  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    logs = new InMemoryLogRecordExporter();
    loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] });
  });
  afterEach(async () => {
    context.disable();
    await loggerProvider.shutdown();
  });

  it('should be log records with a name, in the trace of the call that caused them, and no events on its span', () => {
    const spans = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('spec');
    const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2), retry: never() });
    instrument(breaker, { loggerProvider });
    tracer.startActiveSpan('call', (span) => {
      for (let i = 0; i < 2; i++) fail(breaker);
      span.end();
    });
    const [call] = spans.getFinishedSpans();
    const records = logs.getFinishedLogRecords();
    expect(
      records.map(({ eventName, severityNumber, severityText, body, attributes, spanContext }) => [
        ...[eventName, severityNumber, severityText, body, attributes, spanContext?.spanId],
      ]),
    ).toStrictEqual([
      [
        'circuit_breaker.transition',
        SeverityNumber.WARN,
        'WARN',
        'stock: closed → open (failureStreak(2): 2 failures in a row)',
        {
          'circuit_breaker.name': 'stock',
          'circuit_breaker.old_state': 'closed',
          'circuit_breaker.new_state': 'open',
          'circuit_breaker.transition.reason': 'tripped',
          'circuit_breaker.transition.detail': 'failureStreak(2): 2 failures in a row',
        },
        call!.spanContext().spanId,
      ],
    ]);
    expect(records[0]!.instrumentationScope.name).toBe('rxjs-fluxgate');
    expect(call!.events).toStrictEqual([]);
  });

  it('should be of level INFO for a state in which calls are let through', () => {
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { loggerProvider });
    breaker.forceOpen();
    breaker.reset();
    expect(logs.getFinishedLogRecords().map(({ severityText }) => severityText)).toStrictEqual(['WARN', 'INFO']);
  });

  it('should leave the span events on if they are asked for', () => {
    const breaker = new CircuitBreaker();
    instrument(breaker, { loggerProvider, spanEvents: true });
    const events: string[] = [];
    const span = Object.assign(trace.wrapSpanContext({ traceId: '1', spanId: '1', traceFlags: 1 }), {
      isRecording: () => true,
      addEvent: (name: string) => void events.push(name),
    });
    context.with(trace.setSpan(context.active(), span as never), () => breaker.trip());
    expect(events).toStrictEqual(['circuit_breaker.transition']);
  });

  it('should report what a logger throws, and change the state all the same', () => {
    const broken = {
      getLogger: () => ({
        emit: () => {
          throw new Error('no logs');
        },
      }),
    };
    const breaker = new CircuitBreaker();
    instrument(breaker, { loggerProvider: broken });
    breaker.trip();
    expect(breaker.state).toBe('open');
    expect(reported.mock.calls).toStrictEqual([[new Error('no logs')]]);
  });
});
