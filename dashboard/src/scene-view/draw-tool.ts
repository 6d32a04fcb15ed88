import { placeIn } from './pointer.ts';
import { add, pointsOf } from './svg.ts';
import type { Px } from './types.ts';

export interface DrawOptions {
  /** Points that it takes at least and at most; at the most it is done by itself. */
  readonly least: number;
  readonly most: number;
  /** The last point is joined with the first. */
  readonly isClosed: boolean;
  readonly size: { readonly width: number; readonly height: number };
  readonly changed?: (points: readonly Px[]) => void;
  readonly done: (points: readonly Px[] | null) => void;
}

interface Canvas {
  readonly svg: SVGSVGElement;
  readonly overlay: SVGGElement;
  unit(): number;
}

/**
 * Points set on the photo one after another, by clicks or by keys (arrows move a cross, Enter sets a point, Backspace takes the last
 * one back, Escape ends it); points that are set can be dragged. Takes precedence over everything else on the picture.
 */
export function startDrawing({ svg, overlay, unit }: Canvas, options: DrawOptions) {
  const { least, most, isClosed, size, changed = () => {}, done } = options;
  const group = add(overlay, 'g', { class: 'draft' });
  const ending = new AbortController();
  let points: Px[] = [];
  let cross: Px = [size.width / 2, size.height / 2];
  let dragged: number | null = null;
  let isOver = false;

  const clamp = ([x, y]: Px): Px => [Math.min(Math.max(0, x), size.width), Math.min(Math.max(0, y), size.height)];
  const rounded = ([x, y]: Px): Px => [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  svg.classList.add('drawing');
  svg.setAttribute('tabindex', '0');
  svg.focus({ preventScroll: true });

  function draw(): void {
    const u = unit();
    group.replaceChildren();
    const shape = { points: pointsOf(points), class: 'draft-line' };
    if (points.length > 1) add(group, isClosed && points.length > 2 ? 'polygon' : 'polyline', shape);
    for (const [x, y] of points) add(group, 'circle', { cx: x, cy: y, r: 5 * u, class: 'draft-point' });
    if (svg.matches(':focus-visible')) {
      const [x, y] = cross;
      const arm = 10 * u;
      add(group, 'path', { d: `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}`, class: 'draft-cross' });
    }
  }
  function set(next: Px[]): void {
    points = next;
    draw();
    changed(points);
    if (points.length >= most && dragged === null) finish();
  }
  function end(result: readonly Px[] | null): void {
    if (isOver) return;
    isOver = true;
    ending.abort();
    group.remove();
    svg.classList.remove('drawing');
    svg.removeAttribute('tabindex');
    done(result);
  }
  const finish = () => {
    if (points.length >= least) end(points.map(rounded));
  };

  // Before the view's own listeners, which then hear nothing of it.
  const on = <K extends keyof SVGElementEventMap>(name: K, listener: (event: SVGElementEventMap[K]) => void) =>
    svg.parentElement?.addEventListener(
      name as keyof HTMLElementEventMap,
      (event) => {
        event.stopPropagation();
        listener(event as SVGElementEventMap[K]);
      },
      { signal: ending.signal, capture: true },
    );
  on('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const at = clamp(placeIn(svg, event));
    const near = points.findIndex(([x, y]) => Math.hypot(x - at[0], y - at[1]) < 12 * unit());
    if (near === 0 && points.length >= Math.max(3, least) && isClosed) return finish();
    dragged = near >= 0 ? near : points.length;
    svg.setPointerCapture(event.pointerId);
    set(near >= 0 ? points : [...points, at]);
  });
  on('pointermove', (event) => {
    if (dragged !== null) set(points.with(dragged, clamp(placeIn(svg, event))));
  });
  on('pointerup', () => {
    if (dragged === null) return;
    dragged = null;
    set(points);
  });
  on('dblclick', () => finish());
  on('keydown', (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      const by = (event.shiftKey ? 1 : 8) * unit();
      cross = clamp([cross[0] + (step[0] ?? 0) * by, cross[1] + (step[1] ?? 0) * by]);
      draw();
    } else if (event.key === 'Enter' || event.key === ' ') {
      const [x, y] = points[0] ?? [Number.NaN, Number.NaN];
      const isBack = points.length >= Math.max(3, least) && Math.hypot(x - cross[0], y - cross[1]) < 12 * unit();
      if (isBack) finish();
      else set([...points, cross]);
    } else if (event.key === 'Backspace') set(points.slice(0, -1));
    else if (event.key === 'Escape') end(null);
    else return;
    event.preventDefault();
  });
  draw();
  return {
    finish,
    cancel: () => end(null),
    undo: () => set(points.slice(0, -1)),
    redraw: draw,
  };
}
