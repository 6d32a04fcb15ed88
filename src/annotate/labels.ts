import type { Point } from '../scene/types.ts';
import { type MeasureText, overlap, type Rect, type Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';
import { centreOfRect, closestOfRects } from './view.ts';

/** A text that wants a place in the image. Earlier requests get the better places. */
export interface Label {
  readonly title: string;
  readonly detail?: string | null;
  /** Wished centres, best first. */
  readonly preferred: readonly Point[];
  /** What it speaks of: a line leads there when the label had to go far. */
  readonly about: Point | Rect;
  /** Boxes of the objects that it names: it is never put over one of them. */
  readonly avoid?: readonly Rect[];
  readonly ink: string;
  /** Colour behind the text; null: outlined text without a plate. */
  readonly plate: string | null;
  readonly small?: boolean;
  /** True: a free place is looked for in the whole image, else near by only. */
  readonly required: boolean;
}

interface Placed {
  readonly label: Label;
  readonly box: Rect;
}

const DIRECTIONS = Array.from({ length: 12 }, (_, i) => {
  const turn = (2 * Math.PI * i) / 12 - Math.PI / 2;
  return { x: Math.cos(turn), y: Math.sin(turn) };
});

/** A label that hides less than this share of an object may lie over it: where an object fills the image there is no other place. */
const HIDDEN = 0.02;

/**
 * Puts each label at its least bad place: over no other label and over none of the objects that it names, inside the
 * image, near what it speaks of, and rather not over `keepClear`. Greedy, so the order decides. `left`: those for which
 * there is no such place.
 */
export function placeLabels(
  labels: readonly Label[],
  area: { width: number; height: number },
  taken: readonly Rect[],
  keepClear: readonly Rect[],
  measures: Measures,
  measureText: MeasureText,
): { shapes: Shape[]; left: Label[] } {
  const placed: Placed[] = [];
  const left: Label[] = [];
  for (const label of labels) {
    const size = sizeOf(label, measures, measureText);
    let best: { box: Rect; cost: number } | null = null;
    for (const [rank, centre] of size.width > area.width * 0.9 ? [] : candidates(label, area, measures).entries()) {
      if (best !== null && best.cost < 0.06 * rank) break;
      const box = inside(centre, size, area);
      const occupied = [...taken, ...placed.map((p) => p.box)].some((other) => overlap(grow(box, 1), other) > 0);
      if (occupied || (label.avoid ?? []).some((other) => hides(box, other))) continue;
      const soft = keepClear.reduce((sum, other) => sum + overlap(box, other), 0) / (size.width * size.height);
      const far = Math.hypot(box.x + box.width / 2 - centre.x, box.y + box.height / 2 - centre.y) / measures.font;
      const hidden = placed.some((p) => crosses(box, asRect(label.about), p.box)) ? HIDDEN_LEADER : 0;
      const cost = soft * 8 + rank * 0.06 + far * 0.5 + hidden;
      if (best === null || cost < best.cost) best = { box, cost };
    }
    if (best !== null) placed.push({ label, box: best.box });
    else left.push(label);
  }
  // Leaders first, so that no line crosses a text that was placed earlier.
  const shapes = [...placed.flatMap((p) => leader(p, measures)), ...placed.flatMap((p) => draw(p, measures))];
  return { shapes, left };
}

/** What a place costs whose line to its object would run behind another label. */
const HIDDEN_LEADER = 4;

/** True where the shortest line between two boxes runs through a third. */
function crosses(a: Rect, b: Rect, other: Rect): boolean {
  const [from, to] = closestOfRects(a, b);
  return Array.from({ length: 9 }, (_, i) => (i + 0.5) / 9).some((t) => {
    const [x, y] = [from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)];
    return x > other.x && x < other.x + other.width && y > other.y && y < other.y + other.height;
  });
}

export const hides = (label: Rect, object: Rect): boolean =>
  overlap(label, object) > HIDDEN * object.width * object.height;

/** Wishes, then rings around the first wish, then (for what must be said) the whole image, the nearest places first. */
function candidates(label: Label, area: { width: number; height: number }, measures: Measures): Point[] {
  const first = label.preferred[0] ?? centreOfRect(asRect(label.about));
  const rings = (label.required ? [2, 3.5, 5, 7, 10, 14] : [2]).flatMap((radius) =>
    DIRECTIONS.map(({ x, y }) => ({
      x: first.x + x * radius * measures.font * 1.4,
      y: first.y + y * radius * measures.font,
    })),
  );
  return [...label.preferred, ...rings, ...(label.required ? everywhere(first, area) : [])];
}

const COLUMNS = 16;
const ROWS = 24;

function everywhere(from: Point, area: { width: number; height: number }): Point[] {
  const places = Array.from({ length: COLUMNS * ROWS }, (_, i) => ({
    x: ((i % COLUMNS) + 0.5) * (area.width / COLUMNS),
    y: (Math.floor(i / COLUMNS) + 0.5) * (area.height / ROWS),
  }));
  const distance = (p: Point) => Math.hypot(p.x - from.x, p.y - from.y);
  return places.sort((a, b) => distance(a) - distance(b));
}

function sizeOf(label: Label, measures: Measures, measureText: MeasureText): { width: number; height: number } {
  const size = label.small ? measures.small : measures.font;
  const title = measureText(label.title, size);
  const detail = label.detail ? measureText(label.detail, measures.small) : 0;
  return {
    width: Math.max(title, detail) + 2 * measures.pad,
    height: size * 1.02 + (label.detail ? measures.small * 1.2 : 0) + 1.1 * measures.pad,
  };
}

const asRect = (place: Point | Rect): Rect => ('width' in place ? place : { ...place, width: 0, height: 0 });

const grow = (r: Rect, by: number): Rect => ({
  x: r.x - by,
  y: r.y - by,
  width: r.width + 2 * by,
  height: r.height + 2 * by,
});

/** The box around a centre, pushed into the image. */
function inside(centre: Point, size: { width: number; height: number }, area: { width: number; height: number }): Rect {
  const x = Math.min(Math.max(centre.x - size.width / 2, 2), area.width - size.width - 2);
  const y = Math.min(Math.max(centre.y - size.height / 2, 2), area.height - size.height - 2);
  return { x, y, ...size };
}

function leader({ label, box }: Placed, measures: Measures): Shape[] {
  const [from, to] = closestOfRects(box, asRect(label.about));
  // A name beside another thing's box would be taken for that thing's.
  const near = 'width' in label.about ? 0.7 : 1.6;
  if (Math.hypot(to.x - from.x, to.y - from.y) < near * measures.font) return [];
  const colour = label.plate === null || label.plate === COLOUR.plate ? label.ink : label.plate;
  return [{ kind: 'line', points: [from, to], closed: false, colour, width: measures.thin }];
}

function draw({ label, box }: Placed, measures: Measures): Shape[] {
  const size = label.small ? measures.small : measures.font;
  const outline = label.plate === null;
  const shapes: Shape[] = [];
  if (label.plate !== null) {
    shapes.push({ kind: 'plate', box, colour: label.plate, opacity: label.plate === COLOUR.plate ? 0.72 : 0.92 });
  }
  const x = box.x + measures.pad;
  // Capitals of DejaVu Sans are 0.73 of the size high.
  const first = box.y + 0.55 * measures.pad + size * 0.87;
  shapes.push({ kind: 'text', text: label.title, at: { x, y: first }, size, colour: label.ink, outline });
  if (label.detail) {
    const at = { x, y: first + measures.small * 1.2 };
    shapes.push({ kind: 'text', text: label.detail, at, size: measures.small, colour: label.ink, outline });
  }
  return shapes;
}
