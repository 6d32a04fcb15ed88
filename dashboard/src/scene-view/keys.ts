import type { Px } from './types.ts';

const STEPS: Readonly<Record<string, Px>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ZOOMS: Readonly<Record<string, number>> = { '+': 1.4, '=': 1.4, '-': 1 / 1.4, '0': 0 };

export interface Keys {
  /** By hundredths of the image's width; null: of the picture, not of a thing. */
  step(id: string | null, by: Px): void;
  /** 0: the whole picture. */
  zoom(factor: number): void;
  /** What has the focus, or nothing. */
  leave(): void;
}

/** Arrows move what has the focus (with Shift finely), else the picture; + and - zoom, 0 shows all. */
export function attachKeys(svg: SVGSVGElement, keys: Keys): () => void {
  const ending = new AbortController();
  svg.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const id = (event.target as Element).closest<SVGElement>('[data-id]')?.dataset.id ?? null;
      const step = STEPS[event.key];
      const zoom = ZOOMS[event.key];
      if (step) {
        const fine = event.shiftKey ? 0.2 : 1;
        keys.step(id, [step[0] * fine, step[1] * fine]);
      } else if (zoom !== undefined) keys.zoom(zoom);
      else if (event.key === 'Escape') return keys.leave();
      else return;
      event.preventDefault();
    },
    { signal: ending.signal },
  );
  return () => ending.abort();
}
