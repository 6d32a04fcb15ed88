import type { ImageGradient } from '../../contract/image-gradient.ts';

/** A straight piece of an edge in the image, pixels of the gradient; brighter on the left of (x1, y1) → (x2, y2) in a y-down frame. */
export interface LineSegment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly length: number;
  /** Mean Sobel step across it. */
  readonly strength: number;
  /** How far its middle stands off from the line between its ends, as a share of its length: 0 where it is straight. */
  readonly bend: number;
}

/** Sobel steps (|x| + |y|) below this are noise of the camera. */
const WEAKEST = 30;
/** No more pixels than this are linked: the strongest of an image of noise. */
const MOST_PIXELS = 40_000;
/** Cosine of the largest angle between a pixel's gradient and that of the piece it joins. */
const ALIKE = Math.cos((16 * Math.PI) / 180);
const SHORTEST_SHARE = 0.025;
const SHORTEST = 8;
/** The longest of them, more are not handed on. */
const MOST_SEGMENTS = 240;

/** Straight pieces of edges: thinned gradients are linked while their directions agree, and a line is fitted to each chain. */
export function lineSegments(gradient: ImageGradient): LineSegment[] {
  const { width, height, x: gx, y: gy } = gradient;
  if (width < 3 || height < 3) return [];
  const edge = thinned(gradient);
  const shortest = Math.max(SHORTEST, SHORTEST_SHARE * Math.max(width, height));
  const stack = new Int32Array(width * height);
  const members = new Int32Array(MOST_PIXELS);
  const steps = [1, -1, width, -width, width + 1, width - 1, 1 - width, -width - 1];
  const found: LineSegment[] = [];
  for (const seed of edge.pixels) {
    if (edge.strength[seed] === 0) continue;
    let count = 0;
    let top = 0;
    stack[top++] = seed;
    let sx = gx[seed]!;
    let sy = gy[seed]!;
    edge.strength[seed] = 0;
    while (top > 0) {
      const i = stack[--top]!;
      members[count++] = i;
      const size = Math.hypot(sx, sy);
      for (const step of steps) {
        const j = i + step;
        if (edge.strength[j] === 0 || edge.strength[j] === undefined) continue;
        const a = gx[j]!;
        const b = gy[j]!;
        if (a * sx + b * sy < ALIKE * size * Math.hypot(a, b)) continue;
        edge.strength[j] = 0;
        sx += a;
        sy += b;
        stack[top++] = j;
      }
    }
    if (count < shortest * 0.7) continue;
    const segment = fitted(members, count, gradient);
    if (segment !== null && segment.length >= shortest) found.push(segment);
  }
  return found.sort((a, b) => b.length - a.length).slice(0, MOST_SEGMENTS);
}

/** Pixels whose gradient is the strongest along itself, the strongest first in steps of a power of two. */
function thinned({ width, height, x, y }: ImageGradient): { pixels: Int32Array; strength: Uint16Array } {
  const size = new Uint16Array(width * height);
  for (let i = 0; i < size.length; i++) size[i] = Math.abs(x[i]!) + Math.abs(y[i]!);
  const strength = new Uint16Array(width * height);
  const counts = new Int32Array(256);
  for (let row = 1; row < height - 1; row++) {
    for (let i = row * width + 1, end = (row + 1) * width - 1; i < end; i++) {
      const m = size[i]!;
      if (m < WEAKEST) continue;
      const ax = Math.abs(x[i]!);
      const ay = Math.abs(y[i]!);
      // Along the gradient, in steps of 45 degrees (tangent of 22.5 degrees: 0.414).
      const step = ay < 0.414 * ax ? 1 : ax < 0.414 * ay ? width : x[i]! > 0 === y[i]! > 0 ? width + 1 : width - 1;
      if (size[i + step]! > m || size[i - step]! >= m) continue;
      strength[i] = m;
      counts[Math.min(255, m >> 3)]!++;
    }
  }
  let least = 255;
  for (let sum = 0; least > 0; least--) {
    sum += counts[least]!;
    if (sum > MOST_PIXELS) break;
  }
  const kept: number[][] = [[], [], [], []];
  for (let i = 0; i < strength.length; i++) {
    const m = strength[i]!;
    if (m === 0) continue;
    if (m >> 3 <= least && least > 0 && m < 255 << 3) {
      strength[i] = 0;
      continue;
    }
    kept[m > 400 ? 0 : m > 200 ? 1 : m > 90 ? 2 : 3]!.push(i);
  }
  const pixels = kept.flat();
  return { pixels: Int32Array.from(pixels.slice(0, MOST_PIXELS)), strength };
}

/** A line through chained pixels by least squares, each weighing as much as its gradient; null where they are no line. */
function fitted(members: Int32Array, count: number, { width, x: gx, y: gy }: ImageGradient): LineSegment | null {
  let sum = 0;
  let mx = 0;
  let my = 0;
  let ax = 0;
  let ay = 0;
  for (let k = 0; k < count; k++) {
    const i = members[k]!;
    const w = Math.abs(gx[i]!) + Math.abs(gy[i]!);
    sum += w;
    mx += w * (i % width);
    my += w * Math.floor(i / width);
    ax += gx[i]!;
    ay += gy[i]!;
  }
  mx /= sum;
  my /= sum;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let k = 0; k < count; k++) {
    const i = members[k]!;
    const w = Math.abs(gx[i]!) + Math.abs(gy[i]!);
    const dx = (i % width) - mx;
    const dy = Math.floor(i / width) - my;
    xx += w * dx * dx;
    xy += w * dx * dy;
    yy += w * dy * dy;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  let ux = Math.cos(angle);
  let uy = Math.sin(angle);
  // The gradient points to the brighter side: on the left of the direction, which is (uy, -ux) in a y-down frame.
  if (ax * uy - ay * ux < 0) [ux, uy] = [-ux, -uy];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let off2 = 0;
  let bend = 0;
  const lambda = (xx + yy + Math.hypot(xx - yy, 2 * xy)) / 2;
  for (let k = 0; k < count; k++) {
    const i = members[k]!;
    const dx = (i % width) - mx;
    const dy = Math.floor(i / width) - my;
    const t = dx * ux + dy * uy;
    const off = dy * ux - dx * uy;
    const w = Math.abs(gx[i]!) + Math.abs(gy[i]!);
    if (t < low) low = t;
    if (t > high) high = t;
    off2 += w * off * off;
    bend += w * off * (t * t - lambda / sum);
  }
  const length = high - low + 1;
  if (off2 / sum > Math.max(1, (0.02 * length) ** 2)) return null;
  // Least squares of a parabola on an even spread of length L: the variance of t² is L⁴/180, and the arrow is a quarter of L² times it.
  const arrow = ((bend / sum) * 180) / length ** 4 / 4;
  return {
    // The centre of pixel (0, 0) lies at (0.5, 0.5).
    x1: mx + low * ux + 0.5,
    y1: my + low * uy + 0.5,
    x2: mx + high * ux + 0.5,
    y2: my + high * uy + 0.5,
    length,
    strength: Math.hypot(ax, ay) / count,
    bend: arrow * length,
  };
}
