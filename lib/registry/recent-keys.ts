/** Of a generation; more would only remember keys that come hours apart. */
const MAX_KEYS = 1_000_000;

const BITS_PER_KEY = 10;

/**
 * Remembers, in little memory, which keys were noted lately: the last `capacity` of them at least, and twice as many at
 * most. It may take a key for another, for one in a hundred.
 */
export class RecentKeys {
  private readonly _capacity: number;
  /** The bits of this generation and of the one before, as in a Bloom filter; made when the first key is noted. */
  private _bits: Uint32Array | undefined;
  private _before: Uint32Array | undefined;
  private _count = 0;

  constructor(capacity: number) {
    this._capacity = Math.min(capacity, MAX_KEYS);
  }

  note(key: string): void {
    const bits = (this._bits ??= this._makeBits());
    for (const bit of this._toBits(key)) bits[bit >>> 5] = toWord(bits, bit) | (1 << (bit & 31));
    if (++this._count < this._capacity) return;
    this._before = bits;
    this._bits = undefined;
    this._count = 0;
  }

  has(key: string): boolean {
    if (!this._bits && !this._before) return false;
    const bits = this._toBits(key);
    return [this._bits, this._before].some(
      (kept) => kept && bits.every((bit) => toWord(kept, bit) & (1 << (bit & 31))),
    );
  }

  private _makeBits(): Uint32Array {
    return new Uint32Array(Math.ceil((this._capacity * BITS_PER_KEY) / 32));
  }

  /** Which bits stand for a key. */
  private _toBits(key: string): number[] {
    const size = Math.ceil((this._capacity * BITS_PER_KEY) / 32) * 32;
    // FNV-1a, by Fowler, Noll and Vo.
    let hash = 0x811c9dc5;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    // Two halves of it make as many hashes as wanted (Kirsch and Mitzenmacher, 2006).
    const step = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 1;
    return [0, 1, 2, 3, 4].map((i) => ((hash + Math.imul(i, step)) >>> 0) % size);
  }
}

function toWord(bits: Uint32Array, bit: number): number {
  return bits[bit >>> 5] ?? 0;
}
