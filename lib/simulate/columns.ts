/** Columns that grow, twice as long each time; `finish` cuts them to their length. */
export class Columns {
  length = 0;
  private _at = new Float64Array(1_024);
  private _duration = new Float64Array(1_024);
  private _status = new Uint16Array(1_024);

  push(at: number, duration: number, status: number): void {
    const i = this.length++;
    if (i === this._at.length) this._grow();
    this._at[i] = at;
    this._duration[i] = duration;
    this._status[i] = status;
  }

  finish(): { at: Float64Array; duration: Float64Array; status: Uint16Array } {
    return {
      at: this._at.slice(0, this.length),
      duration: this._duration.slice(0, this.length),
      status: this._status.slice(0, this.length),
    };
  }

  private _grow(): void {
    const size = this._at.length * 2;
    const at = new Float64Array(size);
    const duration = new Float64Array(size);
    const status = new Uint16Array(size);
    at.set(this._at);
    duration.set(this._duration);
    status.set(this._status);
    this._at = at;
    this._duration = duration;
    this._status = status;
  }
}
