import { checkFunction, wrongType } from '../util/check.ts';
import type { Contender } from './world.ts';

/**
 * Configurations to choose from: each combination of the values of its parameters.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import type { Grid } from 'rxjs-fluxgate/simulate';
 *
 * const grid: Grid<{ streak: number }> = {
 *   parameters: { streak: [3, 5, 10] },
 *   build: ({ streak }) => ({ tripper: failureStreak(streak) }),
 * };
 * console.log(grid.parameters.streak.length); // => 3
 * ```
 *
 * @see {@link recommend}
 */
export interface Grid<P> {
  /** The values to try of each parameter, in an order in which neighbours are alike. */
  readonly parameters: { readonly [K in keyof P]: readonly P[K][] };
  /** Makes the configuration of a combination. */
  readonly build: (values: P) => Contender;
}

/** A checked grid, whose combinations have numbers: of the last parameter those of neighbours are 1 apart. */
export class Combinations<P> {
  readonly total: number;
  private readonly _names: readonly (keyof P)[];
  private readonly _values: readonly (readonly P[keyof P][])[];

  constructor(what: string, { parameters, build }: Grid<P>) {
    if (typeof parameters !== 'object' || (parameters as unknown) === null) {
      throw wrongType(`${what}: parameters`, 'an object of arrays', parameters);
    }
    checkFunction(`${what}: build`, build);
    this._names = Object.keys(parameters) as (keyof P)[];
    this._values = this._names.map((name) => {
      const given: unknown = parameters[name];
      if (!Array.isArray(given) || given.length === 0) {
        throw wrongType(`${what}: parameters.${String(name)}`, 'an array of at least one value', given);
      }
      return [...(given as P[keyof P][])];
    });
    this.total = this._values.reduce((product, { length }) => product * length, 1);
  }

  valuesOf(index: number): P {
    const positions = this._positionsOf(index);
    return Object.freeze(
      Object.fromEntries(this._names.map((name, k) => [name, this._values[k]![positions[k]!]])),
    ) as P;
  }

  /** The combinations one step away in one parameter. */
  neighboursOf(index: number): number[] {
    const positions = this._positionsOf(index);
    const neighbours: number[] = [];
    let step = 1;
    for (let k = this._names.length - 1; k >= 0; k--) {
      const size = this._values[k]!.length;
      if (positions[k]! > 0) neighbours.push(index - step);
      if (positions[k]! < size - 1) neighbours.push(index + step);
      step *= size;
    }
    return neighbours;
  }

  /** Of each parameter the values that some of the combinations have, in the order of the grid. */
  rangesOf(indices: readonly number[]): { readonly [K in keyof P]: readonly P[K][] } {
    const all = indices.map((index) => this._positionsOf(index));
    const ranges = this._names.map((name, k) => {
      const taken = new Set(all.map((positions) => positions[k]));
      return [name, Object.freeze(this._values[k]!.filter((_, position) => taken.has(position)))];
    });
    return Object.freeze(Object.fromEntries(ranges)) as { readonly [K in keyof P]: readonly P[K][] };
  }

  private _positionsOf(index: number): number[] {
    const positions: number[] = [];
    let rest = index;
    for (let k = this._names.length - 1; k >= 0; k--) {
      const size = this._values[k]!.length;
      positions[k] = rest % size;
      rest = Math.floor(rest / size);
    }
    return positions;
  }
}
