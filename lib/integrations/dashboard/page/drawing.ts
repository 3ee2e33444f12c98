/** Draws what is asked for once a frame, however much comes in between, and not at all while nobody looks. */
export class Drawing {
  readonly #draw: (keys?: ReadonlySet<string>) => void;
  #asked = false;
  /** Undefined for all. */
  #keys: Set<string> | undefined = new Set();

  constructor(draw: (keys?: ReadonlySet<string>) => void) {
    this.#draw = draw;
  }

  /** Asks for these circuits, or for all. */
  ask(keys?: readonly string[]): void {
    if (keys) for (const key of keys) this.#keys?.add(key);
    else this.#keys = undefined;
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      const asked = this.#keys;
      this.#asked = false;
      this.#keys = new Set();
      this.#draw(asked);
    });
  }
}
