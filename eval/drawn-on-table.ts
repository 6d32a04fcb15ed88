import type { ImageGradient } from '../src/contract/image-gradient.ts';
import { sobel } from '../src/image/gradient.ts';
import { insidePolygon, type Pair, tablePointAt } from '../tests/scene/truth/on-table.ts';
import { type Random, random } from '../tests/scene/truth/random.ts';
import { pixelOf, type TruthFile } from '../tests/scene/truth/rendered.ts';

/** Something flat that is drawn onto the table, mm. */
interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly turn: number;
  readonly isRound: boolean;
  /** Of low contrast, with the table's own texture, of another colour, patterned. */
  readonly kind: 'pale' | 'copy' | 'coloured' | 'patterned';
  readonly brighter: number;
  readonly tint: Pair;
  /** How dark and wide its outline is. */
  readonly line: number;
  readonly width: number;
  readonly shadow: number;
}

/**
 * A rendered desk with things, seams and soft shadows drawn onto what is seen of the table, and how far a place is from the
 * nearest of the things, mm, not above 0 on one. Things and shadows lie near what stands there.
 */
export function drawnOnTable(
  image: ImageGradient & Required<Pick<ImageGradient, 'grey' | 'chroma'>>,
  truth: TruthFile,
  seed: number,
): { readonly image: ImageGradient; readonly toThing: (x: number, y: number) => number } {
  const r = random(seed);
  const things = Array.from({ length: 1 + Math.floor(r.uniform(0, 4)) }, () => thingNear(truth, r));
  const seams = r.chance(0.6) ? seamsFor(r) : [];
  const lights = Array.from({ length: Math.floor(r.uniform(0, 3)) }, () => ({
    ...placeNear(truth, r, 0, 300),
    radius: r.uniform(40, 160),
    by: r.uniform(0.6, 1.25),
    soft: r.uniform(6, 40),
  }));
  const { width, height, scaleX, scaleY } = image;
  const bright = new Uint8Array(image.grey);
  const [u, v] = [Int8Array.from(image.chroma.u), Int8Array.from(image.chroma.v)];
  const boxes = [...truth.objects, ...(truth.others ?? [])].flatMap((o) =>
    o.class === 'table' || !o.bbox ? [] : [o.bbox],
  );
  for (let i = 0; i < bright.length; i++) {
    const px = { x: ((i % width) + 0.5) / scaleX, y: (Math.floor(i / width) + 0.5) / scaleY };
    if (boxes.some(([x1, y1, x2, y2]) => px.x > x1 && px.x < x2 && px.y > y1 && px.y < y2)) continue;
    const p = tablePointAt(truth, px);
    if (!(Math.hypot(p.x, p.y) < 3000) || !insidePolygon(truth.table.outline_mm, p.x, p.y)) continue;
    let grey = image.grey[i]!;
    for (const l of lights)
      grey *= 1 + (l.by - 1) / (1 + Math.exp((Math.hypot(p.x - l.x, p.y - l.y) - l.radius) / l.soft));
    for (const s of seams) if (Math.abs(p.x * s.cos + p.y * s.sin - s.at) < s.width) grey -= s.dark;
    for (const t of things) {
      const depth = -toEdge(t, p.x, p.y);
      if (depth < 0) {
        if (depth > -25) grey -= t.shadow * (1 + depth / 25);
        continue;
      }
      if (t.kind === 'copy') {
        const [cx, cy] = pixelOf(truth, p.x + t.rx + 40, p.y + t.ry);
        grey = image.grey[Math.round(cy * scaleY) * width + Math.round(cx * scaleX)] ?? grey;
      } else if (t.kind === 'patterned') grey = 128 + 3 * t.brighter + 25 * Math.sin(p.x / 7) * Math.sin(p.y / 7);
      else grey += t.kind === 'pale' ? t.brighter : 2 * t.brighter;
      if (t.kind === 'coloured' || t.kind === 'patterned') {
        u[i] = Math.max(-127, Math.min(127, u[i]! + t.tint[0]));
        v[i] = Math.max(-127, Math.min(127, v[i]! + t.tint[1]));
      }
      if (depth < t.width && (t.kind === 'copy' || t.line < 35)) grey -= t.line;
    }
    bright[i] = Math.max(0, Math.min(255, grey));
  }
  const grey = softened(bright, width);
  return {
    image: { ...image, ...sobel(grey, width, height), grey, chroma: { u, v } },
    toThing: (x, y) => Math.min(...things.map((t) => toEdge(t, x, y))),
  };
}

const signed = (r: Random, low: number, high: number) => r.pick([-1, 1]) * r.uniform(low, high);

function placeNear({ objects }: TruthFile, r: Random, low: number, high: number) {
  const seen = objects.filter((o) => o.class !== 'table' && o.bbox !== null);
  const [x, y] = seen.length === 0 ? [0, 0] : r.pick(seen).base_mm;
  const [turn, far] = [r.uniform(0, 2 * Math.PI), r.uniform(low, high)];
  return { x: x + far * Math.cos(turn), y: y + far * Math.sin(turn) };
}

const KINDS = ['pale', 'copy', 'coloured', 'patterned'] as const;

const thingNear = (truth: TruthFile, r: Random): Drawn => ({
  ...placeNear(truth, r, 110, 330),
  rx: r.uniform(30, 110),
  ry: r.uniform(25, 90),
  turn: r.uniform(0, Math.PI),
  isRound: r.chance(0.4),
  kind: r.pick(KINDS),
  brighter: signed(r, 9, 28),
  tint: [r.uniform(-18, 18), r.uniform(-18, 18)],
  line: r.uniform(18, 60),
  width: r.uniform(2.5, 5),
  shadow: r.chance(0.6) ? r.uniform(10, 35) : 0,
});

function seamsFor(r: Random) {
  const turn = r.pick([0, Math.PI / 2]);
  const [every, first] = [r.uniform(80, 200), r.uniform(-400, 400)];
  return Array.from({ length: 1 + Math.floor(r.uniform(0, 3)) }, (_, k) => ({
    cos: Math.cos(turn),
    sin: Math.sin(turn),
    at: first + k * every,
    dark: r.uniform(12, 55),
    width: r.uniform(1.5, 4),
  }));
}

function toEdge({ x, y, rx, ry, turn, isRound }: Drawn, px: number, py: number): number {
  const [dx, dy] = [px - x, py - y];
  const a = dx * Math.cos(turn) + dy * Math.sin(turn);
  const b = dy * Math.cos(turn) - dx * Math.sin(turn);
  return isRound ? (Math.hypot(a / rx, b / ry) - 1) * Math.min(rx, ry) : Math.max(Math.abs(a) - rx, Math.abs(b) - ry);
}

/** As soft as the pictures are: [1 2 1] along both axes. */
function softened(grey: Uint8Array, width: number): Uint8Array {
  const pass = (from: Uint8Array, stride: number) =>
    from.map((g, i) => (2 * g + (from[i - stride] ?? g) + (from[i + stride] ?? g)) / 4);
  return pass(pass(grey, 1), width);
}
