import type { Px } from './types.ts';

/** What hands do on the picture. Places are pixels of the image. */
export interface Hands {
  /** False: nothing can be moved there, and the picture is. */
  grab(id: string): boolean;
  drag(by: Px): void;
  drop(): void;
  pan(by: Px): void;
  zoom(at: Px, factor: number): void;
  hover(target: Element | null, at: { x: number; y: number }): void;
}

/** Place of an event in the image. */
export function placeIn(svg: SVGSVGElement, event: { clientX: number; clientY: number }): Px {
  const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
  return [p.x, p.y];
}

/** One finger or the mouse drags a thing or the picture, two zoom, the wheel zooms with Ctrl or ⌘. Returns what ends it. */
export function attachPointer(svg: SVGSVGElement, hands: Hands): () => void {
  const down = new Map<number, { clientX: number; clientY: number }>();
  let held: 'thing' | 'picture' | null = null;
  let last: Px = [0, 0];
  let spread = 0;
  const ending = new AbortController();
  const on = <K extends keyof SVGElementEventMap>(name: K, listener: (event: SVGElementEventMap[K]) => void) =>
    svg.addEventListener(name, listener, { signal: ending.signal, passive: false });

  const twoFingers = () => {
    const [a, b] = [...down.values()] as [Touch, Touch];
    const at = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    return { at, spread: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };
  const release = () => {
    if (held === 'thing') hands.drop();
    held = null;
    svg.classList.remove('held');
  };

  on('pointerdown', (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, event);
    svg.setPointerCapture(event.pointerId);
    if (down.size === 2) {
      release();
      spread = twoFingers().spread;
      return;
    }
    if (down.size > 2) return;
    const thing = (event.target as Element).closest<SVGElement>('[data-id]');
    last = placeIn(svg, event);
    held = thing && hands.grab(thing.dataset.id ?? '') ? 'thing' : 'picture';
    if (held === 'thing') {
      svg.classList.add('held');
      thing?.focus({ preventScroll: true });
    }
  });
  on('pointermove', (event) => {
    if (!down.has(event.pointerId)) {
      hands.hover(event.target as Element, { x: event.clientX, y: event.clientY });
      return;
    }
    down.set(event.pointerId, event);
    if (down.size === 2) {
      const now = twoFingers();
      if (spread > 0 && now.spread > 0) hands.zoom(placeIn(svg, now.at), now.spread / spread);
      spread = now.spread;
      return;
    }
    const to = placeIn(svg, event);
    const by: Px = [to[0] - last[0], to[1] - last[1]];
    if (held === 'thing') {
      hands.drag(by);
      last = to;
    } else if (held === 'picture') hands.pan([-by[0], -by[1]]);
  });
  const up = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return;
    release();
  };
  on('pointerup', up);
  on('pointercancel', up);
  on('pointerleave', () => hands.hover(null, { x: 0, y: 0 }));
  on('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    hands.zoom(placeIn(svg, event), Math.exp(-event.deltaY / 300));
  });
  on('dblclick', (event) => {
    if ((event.target as Element).closest('[data-id],[data-link]')) return;
    hands.zoom(placeIn(svg, event), 2);
  });
  return () => ending.abort();
}
