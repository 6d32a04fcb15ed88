import type { ImageGradient } from '../../src/contract/image-gradient.ts';
import { sobel } from '../../src/image/gradient.ts';
import type { Thing } from './desk.ts';

/** Half a pixel of the picture for each millimetre of a desk of 1200 by 700, seen from above. */
const SCALE = 0.5;
const WIDTH = 1200 * SCALE;
const HEIGHT = 700 * SCALE;

export type Rgb = readonly [number, number, number];
/** The colour of a place, mm; null: what lies below shows. */
export type Paint = (x: number, y: number) => Rgb | null;

/** A picture of what is painted, the last on top, as sharp and as noisy as a photo's. */
export function picture(...layers: readonly Paint[]): ImageGradient {
  const n = WIDTH * HEIGHT;
  const planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)] as const;
  for (let i = 0; i < n; i++) {
    const x = ((i % WIDTH) + 0.5) / SCALE;
    const y = (Math.floor(i / WIDTH) + 0.5) / SCALE;
    let colour: Rgb = [0, 0, 0];
    for (const layer of layers) colour = layer(x, y) ?? colour;
    const noise = (((i * 7919) % 1013) / 1013 + ((i * 104_729) % 997) / 997 - 1) * 3;
    planes.forEach((plane, k) => {
      plane[i] = colour[k]! + noise;
    });
  }
  const [r, g, b] = planes.map(blurred) as [Float32Array, Float32Array, Float32Array];
  const grey = Uint8Array.from(r, (red, i) => clamp(0.21 * red + 0.72 * g[i]! + 0.07 * b[i]!, 0, 255));
  const u = Int8Array.from(r, (red, i) => clamp((red - g[i]!) / 2, -127, 127));
  const v = Int8Array.from(r, (red, i) => clamp(((red + g[i]!) / 2 - b[i]!) / 2, -127, 127));
  return {
    width: WIDTH,
    height: HEIGHT,
    scaleX: SCALE,
    scaleY: SCALE,
    ...sobel(grey, WIDTH, HEIGHT),
    grey,
    chroma: { u, v },
  };
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, Math.round(value)));

/** About as much as lens and scaling do: [1 2 1] along both axes. */
function blurred(plane: Float32Array): Float32Array {
  const pass = (from: Float32Array, stride: number) =>
    from.map((value, i) => value / 2 + (from[i - stride] ?? value) / 4 + (from[i + stride] ?? value) / 4);
  return pass(pass(plane, 1), WIDTH);
}

export const table =
  (colour: Rgb): Paint =>
  () =>
    colour;

/** Wood: fine lines along x, and slow changes. */
export const grain =
  (colour: Rgb, strength: number): Paint =>
  (x, y) => {
    const wobble = 4 * Math.sin(x / 170) + 2 * Math.sin(x / 61);
    const line =
      Math.sin((y + wobble) / 2.3) + 0.7 * Math.sin((y + wobble) / 5.1 + 1) + 0.5 * Math.sin((y + wobble) / 13);
    return shaded(colour, 1 + (strength * line) / 2);
  };

export const shaded = ([r, g, b]: Rgb, by: number): Rgb => [r * by, g * by, b * by];

/** Dark lines right across the table. */
export const seams =
  (every: number, colour: Rgb): Paint =>
  (_, y) =>
    y % every < 4 ? colour : null;

export const checks =
  (size: number, one: Rgb, other: Rgb): Paint =>
  (x, y) =>
    (Math.floor(x / size) + Math.floor(y / size)) % 2 ? one : other;

export const patch = (at: { x: number; y: number; width: number; height: number }, colour: Rgb): Paint => {
  const { x: mx, y: my, width, height } = at;
  return (x, y) => (Math.abs(x - mx) <= width / 2 && Math.abs(y - my) <= height / 2 ? colour : null);
};

export const thing = ({ x, y, width, height, radius = 0 }: Thing, colour: Rgb): Paint =>
  width === undefined
    ? (px, py) => (Math.hypot(px - x, py - y) <= radius ? colour : null)
    : patch({ x, y, width, height: height ?? width }, colour);

/** What lies below, darker with a soft border. */
export const shadow =
  (below: Paint, at: { x: number; y: number; radius: number }, depth: number): Paint =>
  (x, y) => {
    const distance = Math.hypot(x - at.x, y - at.y) - at.radius;
    const colour = below(x, y);
    return colour && shaded(colour, 1 - depth / (1 + Math.exp(distance / 8)));
  };
