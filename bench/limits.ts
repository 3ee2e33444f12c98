import { IDLE, type Memory } from './memory.ts';
import { ratioBetween } from './ratio-between.ts';
import type { Table } from './rounds.ts';
import { SEEING_LIMITS } from './seeing-limits.ts';
import { CORE, type Size } from './size.ts';
import { AWAITED_DEFAULTS, COCKATIEL_OBSERVABLE, OPOSSUM_OBSERVABLE } from './variants/awaited.ts';
import { ALONE, AWAY, IN_FLEET } from './variants/fleets.ts';
import {
  CALLS,
  FEW_KEYS,
  FEW_PROBES,
  FEW_REENTRANT,
  MANY_BUSY_KEYS,
  MANY_IDLE_KEYS,
  MANY_OPEN_KEYS,
  MANY_PROBES,
  MANY_REENTRANT,
  SIGNALS,
  SUBJECT,
} from './variants/growth.ts';
import { DEFAULTS, FAST, FUNCTION, LOADED, LOADED_BY_COUNT, MAP, SLOW, WATCHED } from './variants/guarded.ts';
import { EXECUTE, GUARDED } from './variants/promises.ts';
import { COCKATIEL_REJECTED, OPOSSUM_REJECTED, REJECTED } from './variants/rejections.ts';
import { ES2020, ES2022 } from './variants/targets.ts';
import { LARGE_WINDOW, MOVING_WINDOW, SMALL_WINDOW, STANDING_WINDOW } from './variants/windows.ts';

/** What the design promises itself, and how it came out. */
export interface Limit {
  readonly name: string;
  readonly unit: '×' | 'bytes' | 'timers';
  /** The most that holds. */
  readonly limit: number;
  readonly measured: number;
  readonly holds: boolean;
}

/** Two runs on a quiet machine differ by as much, so that "as fast as" cannot mean less. */
const AS_FAST = 1.15;

/** A cost that grows with the count would differ a hundredfold and more; memory that has left the caches, by this much. */
const LINEAR = 5;

export function limitsOf(tables: readonly Table[], memory: Memory, sizes: readonly Size[]): readonly Limit[] {
  const ratio = (name: string, ours: string, theirs: string, limit: number): Limit =>
    limited(name, '×', ratioBetween(tables, ours, theirs), limit);
  const idle = memory.breakers.find(({ name }) => name === IDLE)?.bytes ?? NaN;
  const core = sizes.find(({ name }) => name === CORE);

  return [
    ratio('guarded `of(1)` with the defaults / `map`', DEFAULTS, MAP, 1.25),
    ratio('guarded `of(1)` with every component, `timeWindow` / `map`', LOADED, MAP, 1.35),
    ratio('guarded `of(1)` with every component, `countWindow` / `map`', LOADED_BY_COUNT, MAP, 1.35),
    ratio('guarded `of(1)` with `call$` subscribed / `map`', WATCHED, MAP, 1.6),
    ratio('guarded `of(1)` with a function as tripper / `map`', FUNCTION, MAP, 1.4),
    ratio('a slow call / a fast one', SLOW, FAST, 3),
    ratio('guarded `of(1)`, awaited / cockatiel in `defer`', AWAITED_DEFAULTS, COCKATIEL_OBSERVABLE, 0.8),
    ratio('guarded `of(1)`, awaited / opossum in `defer`', AWAITED_DEFAULTS, OPOSSUM_OBSERVABLE, 0.6),
    ratio('`guarded(breaker, fn)` / cockatiel `execute(fn)`', GUARDED, EXECUTE, 1.05),
    ratio('rejection / opossum', REJECTED, OPOSSUM_REJECTED, 0.1),
    ratio('rejection / cockatiel', REJECTED, COCKATIEL_REJECTED, 0.1),
    ratio('guarded `of(1)` in a fleet / alone', IN_FLEET, ALONE, AS_FAST),
    ratio('guarded `of(1)` in a fleet whose engine is away / alone', AWAY, ALONE, AS_FAST),
    ratio('recording in a window of 1,000,000 / of 100', LARGE_WINDOW, SMALL_WINDOW, AS_FAST),
    ratio('recording in a time window that moves on / that stands', MOVING_WINDOW, STANDING_WINDOW, 1.5),
    ratio('subscribers of `signal$` / of a Subject', SIGNALS, SUBJECT, 3),
    ratio('subscribers of `call$` / of a Subject', CALLS, SUBJECT, 3),
    ratio('calls made by a subscriber of `call$`, 100,000 / 100', MANY_REENTRANT, FEW_REENTRANT, LINEAR),
    ratio('probes in flight, 100,000 / 100', MANY_PROBES, FEW_PROBES, LINEAR),
    ratio('a new key beside 100,000 idle breakers / 100', MANY_IDLE_KEYS, FEW_KEYS, LINEAR),
    ratio('a new key beside 100,000 open breakers / 100', MANY_OPEN_KEYS, FEW_KEYS, LINEAR),
    ratio('a new key beside 100,000 with a call in flight / 100', MANY_BUSY_KEYS, FEW_KEYS, LINEAR),
    ratio('bundled for es2020 / es2022', ES2020, ES2022, 1.1),
    ...SEEING_LIMITS.map((limit) => ratio(...limit)),
    limited('an idle breaker', 'bytes', Math.round(idle), 920),
    limited('timers of an idle breaker', 'timers', memory.timers, 0),
    limited('the core, minified and gzipped', 'bytes', core?.bytes ?? NaN, 7_200),
  ];
}

function limited(name: string, unit: Limit['unit'], measured: number, limit: number): Limit {
  return { name, unit, limit, measured, holds: measured <= limit };
}
