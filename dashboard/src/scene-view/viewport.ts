import type { Px } from './types.ts';

/** The part of the image that is shown, in its pixels: an SVG's viewBox. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export const MOST_ZOOM = 12;

export const whole = ({ width, height }: Size): Viewport => ({ x: 0, y: 0, width, height });

export const zoomOf = (view: Viewport, image: Size): number => image.width / view.width;

/** Closer by `factor` about a point of the image, which stays where it is on the screen; never beyond the image. */
export function zoomed(view: Viewport, [x, y]: Px, factor: number, image: Size): Viewport {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, zoomOf(view, image) * factor));
  const k = image.width / zoom / view.width;
  return inside(
    { x: x - (x - view.x) * k, y: y - (y - view.y) * k, width: view.width * k, height: view.height * k },
    image,
  );
}

/** Moved by so many pixels of the image. */
export const panned = (view: Viewport, [dx, dy]: Px, image: Size): Viewport =>
  inside({ ...view, x: view.x + dx, y: view.y + dy }, image);

function inside(view: Viewport, image: Size): Viewport {
  const within = (at: number, length: number, all: number) => Math.min(Math.max(0, at), Math.max(0, all - length));
  return { ...view, x: within(view.x, view.width, image.width), y: within(view.y, view.height, image.height) };
}
