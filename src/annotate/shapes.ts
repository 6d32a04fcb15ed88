import type { Point } from '../scene/types.ts';

/** Everything the image is made of, in pixels of the drawn image. Text never leaves this list as markup. */
export type Shape =
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly closed: boolean;
      readonly colour: string;
      readonly width: number;
      /** Lengths of dash and gap. */
      readonly dash?: readonly [number, number];
      /** 0..1; absent: not filled. */
      readonly fillOpacity?: number;
      readonly opacity?: number;
    }
  | { readonly kind: 'plate'; readonly box: Rect; readonly colour: string; readonly opacity: number }
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Left end of the base line. */
      readonly at: Point;
      readonly size: number;
      readonly colour: string;
      /** A dark outline that keeps the text legible without a plate. */
      readonly outline: boolean;
    };

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly width: number;
  /** Photo and caption. */
  readonly height: number;
  readonly photoHeight: number;
  readonly shapes: readonly Shape[];
}

/** Width of a text in pixels at a font size in pixels. */
export type MeasureText = (text: string, size: number) => number;

export const rectOf = (points: readonly Point[]): Rect => {
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
};

export function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}
