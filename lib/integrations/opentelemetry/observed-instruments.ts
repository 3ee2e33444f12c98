import { ValueType, type BatchObservableResult, type Meter, type Observable } from '@opentelemetry/api';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { NAME, STATE } from './attributes.ts';
import { emptyTotal, totalsOf, type Total } from './totals.ts';

/** What is read from the breakers whenever metrics are collected, so that calls cost nothing for it. */
export class ObservedInstruments {
  readonly #meter: Meter;
  readonly #state: Observable;
  readonly #active: Observable;
  readonly #reopens: Observable;
  #breakers: (() => Iterable<CircuitBreaker>) | undefined;
  /** The names that were last told of. */
  #names: ReadonlySet<string> = new Set();

  /** @param breakers those that there are now */
  constructor(meter: Meter, breakers: () => Iterable<CircuitBreaker>) {
    this.#meter = meter;
    this.#breakers = breakers;
    this.#state = meter.createObservableUpDownCounter('circuit_breaker.state', {
      description: 'The state: 1 for the one that the breaker is in, 0 for the others.',
      unit: '1',
      valueType: ValueType.INT,
    });
    this.#active = meter.createObservableUpDownCounter('circuit_breaker.call.active', {
      description: 'Calls in flight that were let through since the state was entered.',
      unit: '{call}',
      valueType: ValueType.INT,
    });
    this.#reopens = meter.createObservableGauge('circuit_breaker.reopens', {
      description: 'How many times the breaker has reopened since it was last closed.',
      unit: '{reopen}',
      valueType: ValueType.INT,
    });
    meter.addBatchObservableCallback(this.#observe, this.#observables);
  }

  get #observables(): Observable[] {
    return [this.#state, this.#active, this.#reopens];
  }

  /** Lets go of the breakers at once, and of the meter when it has been told that they are gone. */
  end(): void {
    this.#breakers = undefined;
    if (this.#names.size === 0) this.#remove();
  }

  readonly #observe = async (result: BatchObservableResult): Promise<void> => {
    const totals = totalsOf(this.#breakers?.() ?? []);
    const names = new Set(totals.keys());
    // An SDK with cumulative temporality may repeat for ever what it was told last: let that be 0 and not `open`.
    for (const name of this.#names) if (!names.has(name)) totals.set(name, emptyTotal());
    this.#names = names;
    for (const [name, total] of totals) this.#tell(result, name, total);
    if (this.#breakers) return;
    // Not before the SDK has gone through the list of callbacks, which it does in one go.
    await Promise.resolve();
    this.#remove();
  };

  #tell(result: BatchObservableResult, name: string, { states, active, reopens }: Total): void {
    const attributes = { [NAME]: name };
    for (const [state, count] of Object.entries(states)) {
      result.observe(this.#state, count, { ...attributes, [STATE]: state });
    }
    result.observe(this.#active, active, attributes);
    result.observe(this.#reopens, reopens, attributes);
  }

  #remove(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#observables);
  }
}
