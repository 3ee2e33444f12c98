/**
 * What is due when, the earliest first and of equal times the lowest order: a binary heap in three flat arrays, which
 * costs no object for an entry.
 */
export class Agenda<T> {
  /** When the first entry is due; `Infinity` without entries. */
  next = Infinity;
  private readonly _times: number[] = [];
  private readonly _orders: number[] = [];
  private readonly _items: T[] = [];

  get size(): number {
    return this._items.length;
  }

  /** The order of the first entry. */
  get nextOrder(): number {
    return this._orders[0]!;
  }

  /** The first entry; undefined without entries. */
  get first(): T | undefined {
    return this._items[0];
  }

  push(time: number, order: number, item: T): void {
    const times = this._times;
    const orders = this._orders;
    const items = this._items;
    let hole = items.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = times[parent]!;
      if (above < time || (above === time && orders[parent]! < order)) break;
      times[hole] = above;
      orders[hole] = orders[parent]!;
      items[hole] = items[parent] as T;
      hole = parent;
    }
    times[hole] = time;
    orders[hole] = order;
    items[hole] = item;
    this.next = times[0]!;
  }

  /** Removes the first entry, which there must be. */
  pop(): T {
    const times = this._times;
    const orders = this._orders;
    const items = this._items;
    const first = items[0] as T;
    const time = times.pop()!;
    const order = orders.pop()!;
    const item = items.pop() as T;
    const size = items.length;
    if (size === 0) {
      this.next = Infinity;
      return first;
    }
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size) {
        const left = times[child]!;
        const other = times[right]!;
        if (other < left || (other === left && orders[right]! < orders[child]!)) child = right;
      }
      const below = times[child]!;
      if (time < below || (time === below && order < orders[child]!)) break;
      times[hole] = below;
      orders[hole] = orders[child]!;
      items[hole] = items[child] as T;
      hole = child;
    }
    times[hole] = time;
    orders[hole] = order;
    items[hole] = item;
    this.next = times[0]!;
    return first;
  }

  /** Drops the entries that `keep` refuses. */
  filter(keep: (item: T, order: number) => boolean): void {
    const times = this._times.splice(0);
    const orders = this._orders.splice(0);
    const items = this._items.splice(0);
    this.next = Infinity;
    items.forEach((item, i) => {
      const order = orders[i]!;
      if (keep(item, order)) this.push(times[i]!, order, item);
    });
  }
}
