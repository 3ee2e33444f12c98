// The options of a configuration, made of the library's own parts.
import { EMPTY, of, switchMap, throwError, timer, type Observable } from 'rxjs';
import {
  admitAll,
  admitRandom,
  always,
  avgLatency,
  backoff,
  byTripper,
  closed,
  cooldown,
  countWindow,
  failureCount,
  failureRate,
  failureStreak,
  halfOpened,
  minRequests,
  never,
  probes,
  rampUp,
  retryIf,
  slowRate,
  successStreak,
  timeWindow,
  type CircuitBreakerOptions,
  type Opening,
  type Permit,
  type Recovery,
  type Retry,
  type SlidingWindow,
  type Tripper,
} from '../../lib/index.ts';
import {
  BROKEN,
  ODD,
  randomOf,
  TRACKED,
  type Config,
  type Notice,
  type PermitConfig,
  type RecoveryConfig,
  type RetryConfig,
  type TripperConfig,
  type WindowConfig,
} from './config.ts';

export function optionsOf(config: Config): CircuitBreakerOptions {
  return {
    name: 'model',
    window: windowOf(config.window),
    tracker: (error) => error === TRACKED,
    untracked: config.untracked === 'function' ? (error) => (error === ODD ? 'success' : 'ignored') : config.untracked,
    tripper: tripperOf(config.tripper),
    retry: retryOf(config.retry),
    permit: permitOf(config.permit),
    recovery: recoveryOf(config.recovery),
    maxProbes: config.maxProbes,
    probeTimeout: config.probeTimeout,
    random: randomOf(config.seed),
  };
}

function windowOf(config: WindowConfig): () => SlidingWindow {
  return config.kind === 'count' ? countWindow(config.size) : timeWindow(config.duration, { buckets: config.buckets });
}

function tripperOf(config: TripperConfig): Tripper {
  switch (config.kind) {
    case 'closed':
      return closed();
    case 'halfOpened':
      return halfOpened();
    case 'minRequests':
      return minRequests(config.count);
    case 'failureCount':
      return failureCount(config.count);
    case 'failureStreak':
      return failureStreak(config.count);
    case 'successStreak':
      return successStreak(config.count);
    case 'failureRate':
      return failureRate(config.ratio);
    case 'avgLatency':
      return avgLatency(config.ms);
    case 'slowRate':
      return slowRate(config.ratio, config.ms);
    case 'and':
      return tripperOf(config.first).and(tripperOf(config.second));
    case 'or':
      return tripperOf(config.first).or(tripperOf(config.second));
    case 'not':
      return tripperOf(config.part).not();
  }
}

function retryOf(config: RetryConfig): Retry {
  switch (config.kind) {
    case 'always':
      return always();
    case 'never':
      return never();
    case 'cooldown':
      return cooldown(config.ms, { jitter: config.jitter });
    case 'backoff': {
      const { initial, multiplier, max, jitter } = config;
      return backoff({ initial, multiplier, max, jitter });
    }
    case 'notifier':
      return ({ scheduler }) =>
        config.after === 0
          ? emitting(config.emits)
          : timer(config.after, scheduler).pipe(switchMap(() => emitting(config.emits)));
    case 'retryIf':
      return (opening) => checkedBy(config, opening);
    case 'broken':
      return () => {
        if (config.how === 'throws') throw BROKEN;
        return config.how === 'NaN' ? NaN : -1;
      };
  }
}

function emitting(notice: Notice): Observable<unknown> {
  if (notice === 'error') return throwError(() => BROKEN);
  return notice === 'value' ? of(undefined) : EMPTY;
}

/** Returns true when it is called for the last time. */
function checkedBy(config: Extract<RetryConfig, { kind: 'retryIf' }>, opening: Opening): ReturnType<Retry> {
  const { every, max, checks, throws } = config;
  let asked = 0;
  const check = (): boolean => {
    asked++;
    if (throws && asked < checks) throw BROKEN;
    return asked === checks;
  };
  return retryIf(check, { every, max })(opening);
}

function permitOf(config: PermitConfig): Permit {
  switch (config.kind) {
    case 'all':
      return admitAll();
    case 'random':
      return admitRandom(config.ratio);
    case 'ramp':
      return rampUp({ initial: config.initial, final: config.final, duration: config.duration });
  }
}

function recoveryOf(config: RecoveryConfig): Recovery {
  if (config.kind === 'byTripper') return byTripper();
  const { count, maxFailureRate, slowAfter, maxSlowRate } = config;
  return probes(count, slowAfter === undefined ? { maxFailureRate } : { maxFailureRate, slowAfter, maxSlowRate });
}
