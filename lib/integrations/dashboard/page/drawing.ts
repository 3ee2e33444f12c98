/** Draws once a frame, however often it is asked to, and not at all while the page is out of sight. */
export class Drawing {
  private readonly _draw: () => void;
  private _asked = false;

  constructor(draw: () => void) {
    this._draw = draw;
  }

  ask(): void {
    if (this._asked) return;
    this._asked = true;
    requestAnimationFrame(() => {
      this._asked = false;
      this._draw();
    });
  }
}
