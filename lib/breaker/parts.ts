import type { CallRecorder } from './call-recorder.ts';
import type { Clock } from './clock.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** What all states of one circuit share. */
export interface Parts {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  readonly recorder: CallRecorder;
}
