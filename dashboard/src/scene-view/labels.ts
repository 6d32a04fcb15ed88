import { leaderOf, NUMBER_SIZE, placeLabels } from './label-places.ts';
import { plain } from './plain.ts';
import { add } from './svg.ts';
import type { Box, Px } from './types.ts';
import type { Viewport } from './viewport.ts';

/** A text about something in the picture. Places are pixels of the image. */
export interface Label {
  /** The same from one drawing to the next. */
  readonly key: string;
  readonly lines: readonly string[];
  readonly about: Box;
  /** Of its colour. */
  readonly kind: string;
  readonly isChosen: boolean;
}

export interface LabelRoom {
  readonly viewport: Viewport;
  /** Pixels of the image that are one pixel of the screen. */
  readonly unit: number;
  /** What covers the picture, pixels of the image. */
  readonly taken: readonly Box[];
  readonly things: readonly Box[];
  readonly lines: readonly (readonly [Px, Px])[];
}

const FONT = 12;
const LINE = 1.2 * FONT;
/** The light edge of letters. */
const HALO = 3;
const EDGE = 2;

/** Draws every label where it lies on no other; what finds no place becomes a number there, and a line of `legend`. */
export function createLabels(layer: SVGGElement, legend: HTMLElement) {
  let choices = new Map<string, number>();

  function draw(labels: readonly Label[], room: LabelRoom): void {
    const { unit, viewport } = room;
    const screen = ([x1, y1, x2, y2]: Box): Box => [
      (x1 - viewport.x) / unit,
      (y1 - viewport.y) / unit,
      (x2 - viewport.x) / unit,
      (y2 - viewport.y) / unit,
    ];
    const image = ([x, y]: Px): Px => [x * unit + viewport.x, y * unit + viewport.y];
    const seen: Box = [0, 0, viewport.width / unit, viewport.height / unit];
    const shown = labels.flatMap((label) => {
      const about = clipped(screen(label.about), seen);
      return about ? [{ ...label, about }] : [];
    });
    const groups = shown.map(({ kind, isChosen, lines }) => {
      const group = add(layer, 'g', { class: `label ${kind}${isChosen ? ' chosen' : ''}` });
      for (const line of lines) add(group, 'text', { 'stroke-width': HALO * unit }, line);
      return group;
    });
    // Everything is written before anything is measured: the page is laid out once.
    const sizes = groups.map((group) => ({
      width:
        Math.max(...[...group.children].map((text) => (text as SVGTextElement).getComputedTextLength())) / unit + HALO,
      height: LINE * group.children.length + HALO,
    }));
    const placed = placeLabels(
      shown.map(({ key, about }, i) => ({ ...sizes[i]!, about, last: choices.get(key) })),
      {
        inside: [EDGE, EDGE, seen[2] - EDGE, seen[3] - EDGE],
        taken: room.taken.map(screen),
        things: room.things.map(screen),
        lines: room.lines.map(
          ([a, b]) => [a, b].map(([x, y]) => screen([x, y, x, y]).slice(0, 2)) as unknown as [Px, Px],
        ),
      },
    );
    choices = new Map(placed.map(({ choice }, i) => [shown[i]!.key, choice]));
    legend.replaceChildren();
    placed.forEach(({ box, isNumber }, i) => {
      const [group, { about, lines, kind }] = [groups[i]!, shown[i]!];
      if (isNumber) group.replaceChildren();
      const number = String(legend.childElementCount + 1);
      if (isNumber) explain(number, lines.join(' '), kind);
      if (!box) {
        group.remove();
        return;
      }
      const leader = leaderOf(box, about)?.map(image);
      if (leader) {
        const [[x1, y1], [x2, y2]] = leader as [Px, Px];
        group.prepend(add(group, 'line', { x1, y1, x2, y2, class: 'leader' }));
      }
      const [x, y] = image([(box[0] + box[2]) / 2, box[1]]);
      if (isNumber) {
        const size = { width: NUMBER_SIZE.width * unit, height: NUMBER_SIZE.height * unit };
        add(group, 'rect', { x: x - size.width / 2, y, ...size, rx: 4 * unit, class: 'plate' });
        add(group, 'text', { x, y: y + LINE * 0.92 * unit, 'stroke-width': 0 }, number);
      } else
        [...group.querySelectorAll('text')].forEach((text, line) => {
          text.setAttribute('x', String(x));
          text.setAttribute('y', String(y + (HALO / 2 + LINE * (line + 0.82)) * unit));
        });
    });
    legend.hidden = legend.childElementCount === 0;
  }

  function explain(number: string, text: string, kind: string): void {
    const item = legend.ownerDocument.createElement('li');
    item.className = kind;
    const mark = legend.ownerDocument.createElement('b');
    mark.textContent = number;
    item.append(mark, ` ${plain(text)}`);
    legend.append(item);
  }

  return { draw };
}

/** The part that is seen; null: none is. */
function clipped([x1, y1, x2, y2]: Box, [left, top, right, bottom]: Box): Box | null {
  const box: Box = [Math.max(x1, left), Math.max(y1, top), Math.min(x2, right), Math.min(y2, bottom)];
  return box[0] <= box[2] && box[1] <= box[3] ? box : null;
}
