import { RecordingState } from './recording-state.ts';

/** Admits and records every call, and never trips. */
export class MetricsOnly extends RecordingState {
  override readonly name = 'metrics_only';

  protected override _judge(): undefined {
    return undefined;
  }
}
