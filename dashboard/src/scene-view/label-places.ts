import type { Box, Px } from './types.ts';

/** A text that wants a place in the picture. All lengths are pixels of the screen; earlier ones choose first. */
export interface WantedLabel {
  readonly width: number;
  readonly height: number;
  /** What it speaks of: it is put beside that, or a line leads there. */
  readonly about: Box;
  /** Where it was put last time (see `Placed.choice`): it stays there where it can. */
  readonly last?: number | undefined;
}

/** Where nothing may lie on anything: the picture, and what covers it. */
export interface Room {
  readonly inside: Box;
  readonly taken: readonly Box[];
  /** Things: the smaller one is, the less it is covered. */
  readonly things: readonly Box[];
  /** Lines that should stay readable. */
  readonly lines: readonly (readonly [Px, Px])[];
}

export interface Placed {
  /** Null: there is no place for the text, nor for its number. */
  readonly box: Box | null;
  /** A number stands there instead of the text. */
  readonly isNumber: boolean;
  readonly choice: number;
}

/** A number in a little box. */
export const NUMBER_SIZE = { width: 20, height: 18 } as const;
const GAP = 3;
/** Beyond this the eye does not follow a line to its end: pixels, and of a small picture a share of its width. */
const FARTHEST = { pixels: 90, share: 0.18 };
const RINGS = [0, 14, 30, 50, 74];
/** Sides and corners: where the middle of a label lies, in half sizes of thing and label. Above comes first. */
const SIDES: readonly Px[] = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [0.6, -1],
  [-0.6, -1],
  [0.6, 1],
  [-0.6, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];

/** Candidates before those inside of what they speak of. */
const OUTSIDE = RINGS.length * SIDES.length;

/** Places every label where it lies on no other; what finds no good place becomes a number. Greedy: the order decides. */
export function placeLabels(wanted: readonly WantedLabel[], room: Room): Placed[] {
  const taken = [...room.taken];
  const leaders: [Px, Px][] = [];
  const farthest = Math.min(FARTHEST.pixels, FARTHEST.share * (room.inside[2] - room.inside[0]));
  return wanted.map((label) => {
    const text = best(label, label, farthest);
    const found = text ?? best({ ...label, ...NUMBER_SIZE }, label, Number.POSITIVE_INFINITY) ?? anywhere();
    if (!found) return { box: null, isNumber: true, choice: 0 };
    taken.push(found.box);
    const leader = leaderOf(found.box, label.about);
    if (leader) leaders.push(leader);
    return { box: found.box, isNumber: text === null, choice: found.choice };
  });

  function best(size: { width: number; height: number }, { about, last }: WantedLabel, most: number) {
    let found: { box: Box; choice: number; cost: number } | null = null;
    for (const [choice, box] of candidates(about, size).entries()) {
      if (!isWithin(box, room.inside) || taken.some((other) => shared(grown(box, GAP / 2), other) > 0)) continue;
      const far = apart(box, about);
      if (far > most) continue;
      const leader = leaderOf(box, about);
      const cost =
        0.5 * far +
        (choice < OUTSIDE ? 0.4 * (choice % SIDES.length) : 5) +
        sum(
          room.things,
          (thing) => (40 * shared(box, thing)) / areaOf(thing) + (8 * shared(box, thing)) / areaOf(box),
        ) +
        12 * room.lines.filter((line) => crosses(line, box)).length +
        15 * leaders.filter((line) => crosses(line, box)).length +
        (leader ? 25 * taken.filter((other) => crosses(leader, other)).length : 0) -
        (choice === last ? 10 : 0);
      if (!found || cost < found.cost) found = { box, choice, cost };
    }
    return found;
  }

  /** A crowd: the first free spot of the picture holds the number. */
  function anywhere() {
    const [x1, y1, x2, y2] = room.inside;
    const { width, height } = NUMBER_SIZE;
    for (let y = y1; y + height <= y2; y += height + GAP)
      for (let x = x1; x + width <= x2; x += width + GAP) {
        const box: Box = [x, y, x + width, y + height];
        if (!taken.some((other) => shared(box, other) > 0)) return { box, choice: 0 };
      }
    return null;
  }
}

function candidates([x1, y1, x2, y2]: Box, { width, height }: { width: number; height: number }): Box[] {
  const [cx, cy, w, h] = [(x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) / 2, (y2 - y1) / 2];
  const boxes = RINGS.flatMap((ring) =>
    SIDES.map(([sx, sy]) =>
      around(cx + sx * (w + ring) + sx * out(sx, width), cy + sy * (h + ring) + sy * out(sy, height)),
    ),
  );
  // Of what fills the picture only the inside is left.
  return [...boxes, around(cx, y1 + height / 2 + GAP), around(cx, cy), around(cx, y2 - height / 2 - GAP)];

  function out(side: number, length: number): number {
    return Math.abs(side) === 1 ? length / 2 + GAP : 0;
  }
  function around(x: number, y: number): Box {
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }
}

/** From the label to the nearest point of what it speaks of; null: it stands right beside it. */
export function leaderOf(box: Box, about: Box): [Px, Px] | null {
  if (apart(box, about) <= 2 * GAP) return null;
  const [x, to] = nearest(box[0], box[2], about[0], about[2]);
  const [y, down] = nearest(box[1], box[3], about[1], about[3]);
  return [
    [x, y],
    [to, down],
  ];
}

/** The nearest points of two intervals; the middle of what they share. */
function nearest(a1: number, a2: number, b1: number, b2: number): Px {
  if (a2 < b1) return [a2, b1];
  if (b2 < a1) return [a1, b2];
  const middle = (Math.max(a1, b1) + Math.min(a2, b2)) / 2;
  return [middle, middle];
}

export function shared(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}
const apart = (a: Box, b: Box): number =>
  Math.hypot(Math.max(0, a[0] - b[2], b[0] - a[2]), Math.max(0, a[1] - b[3], b[1] - a[3]));
const grown = ([x1, y1, x2, y2]: Box, by: number): Box => [x1 - by, y1 - by, x2 + by, y2 + by];
const isWithin = (a: Box, b: Box): boolean => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
const areaOf = ([x1, y1, x2, y2]: Box): number => Math.max(1, (x2 - x1) * (y2 - y1));
const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((all, one) => all + of(one), 0);

/** Whether a line runs through a box (Liang and Barsky). */
function crosses([[x1, y1], [x2, y2]]: readonly [Px, Px], box: Box): boolean {
  let [from, to] = [0, 1];
  for (const [by, gap] of [
    [x1 - x2, x1 - box[0]],
    [x2 - x1, box[2] - x1],
    [y1 - y2, y1 - box[1]],
    [y2 - y1, box[3] - y1],
  ] as const) {
    if (by === 0 && gap < 0) return false;
    if (by < 0) from = Math.max(from, gap / by);
    if (by > 0) to = Math.min(to, gap / by);
  }
  return from < to;
}
