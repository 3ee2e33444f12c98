// The messages of bad configuration: what was wrong, what was got, what is allowed.

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}

export function wrongType(what: string, takes: string, got: unknown): TypeError {
  return new TypeError(`${what} must be ${takes}, got ${show(got)}`);
}

function checkNumber(what: string, takes: string, value: unknown, allowed: (value: number) => boolean): void {
  if (typeof value !== 'number') throw wrongType(what, takes, value);
  if (!allowed(value)) throw new RangeError(`${what} must be ${takes}, got ${String(value)}`);
}

export function checkCount(what: string, value: unknown): void {
  checkNumber(what, 'an integer of at least 1', value, (n) => Number.isSafeInteger(n) && n >= 1);
}

export function checkDuration(what: string, value: unknown): void {
  checkNumber(what, 'a finite number of ms above 0', value, (n) => n > 0 && n < Infinity);
}

/** A ratio of which zero would mean never: above 0, at most 1. */
export function checkRatio(what: string, value: unknown): void {
  checkNumber(what, 'a ratio above 0 and at most 1', value, (n) => n > 0 && n <= 1);
}

/** A ratio of which zero makes sense: 0 to 1. */
export function checkFraction(what: string, value: unknown): void {
  checkNumber(what, 'a ratio from 0 to 1', value, (n) => n >= 0 && n <= 1);
}

export function checkAtLeast(what: string, min: number, value: unknown): void {
  checkNumber(what, `a finite number of at least ${String(min)}`, value, (n) => n >= min && n < Infinity);
}

export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(what, 'a function', value);
}

/** A misspelt option would be ignored in silence, so only the names that are known may be there. */
export function checkOptions(what: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongType(`${what}: options`, 'an object', options);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new TypeError(`${what} got an unknown option ${show(name)}; it takes ${names.join(', ')}`);
    }
  }
}
