/** A queue whose head moves on instead of its entries. */
export class Fifo<T> {
  private _entries: (T | undefined)[] = [];
  private _head = 0;

  get size(): number {
    return this._entries.length - this._head;
  }

  push(entry: T): void {
    this._entries.push(entry);
  }

  /** Removes the first entry; undefined without entries. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const entry = this._entries[this._head];
    this._entries[this._head++] = undefined;
    if (this._head >= 1_024 && this._head * 2 >= this._entries.length) {
      this._entries = this._entries.slice(this._head);
      this._head = 0;
    }
    return entry;
  }
}
