import type { Model } from './model.ts';
import { drawSparkline } from './sparkline.ts';

/** The pictures in the rows; only those in sight are drawn. */
export class Sparklines {
  private readonly _model: Model;
  private readonly _canvases = new Map<Element, { readonly key: string; readonly canvas: HTMLCanvasElement }>();
  private readonly _inSight = new Set<Element>();
  private readonly _observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this._inSight.add(target);
      else this._inSight.delete(target);
      if (isIntersecting) this._draw(target);
    }
  });

  constructor(model: Model) {
    this._model = model;
  }

  add(row: Element, key: string, canvas: HTMLCanvasElement): void {
    this._canvases.set(row, { key, canvas });
    this._observer.observe(row);
  }

  remove(row: Element): void {
    this._canvases.delete(row);
    this._inSight.delete(row);
    this._observer.unobserve(row);
  }

  draw(): void {
    for (const row of this._inSight) this._draw(row);
  }

  private _draw(row: Element): void {
    const { key, canvas } = this._canvases.get(row) ?? {};
    const known = key === undefined ? undefined : this._model.circuits.get(key);
    if (known && canvas) drawSparkline(canvas, known.samples, this._model.now, this._model.interval);
  }
}
