import type { VerdictKind } from '../contract/verdict.ts';
import type { Point } from '../scene/types.ts';
import type { Label } from './labels.ts';
import type { Link } from './links.ts';
import type { Rect, Shape } from './shapes.ts';
import { COLOUR, colourOf, type Measures } from './style.ts';

/** A link as a dimension line: ticks at both ends, dashed when uncertain, thin when satisfied. */
export function dimensionLine(link: Link, measures: Measures): Shape[] {
  const { from, to } = link;
  const colour = colourOf(link.kind);
  const width = link.kind === 'satisfied' ? measures.thin * 1.2 : measures.line;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < 1) return [ring(from, measures.font * 0.45, colour, width)];
  const across = {
    x: (-(to.y - from.y) / length) * measures.font * 0.4,
    y: ((to.x - from.x) / length) * measures.font * 0.4,
  };
  const tick = (p: Point): Shape => ({
    kind: 'line',
    points: [
      { x: p.x - across.x, y: p.y - across.y },
      { x: p.x + across.x, y: p.y + across.y },
    ],
    closed: false,
    colour,
    width,
  });
  const dash: readonly [number, number] = [measures.font * 0.55, measures.font * 0.3];
  const shaft: Shape = {
    kind: 'line',
    points: [from, to],
    closed: false,
    colour,
    width,
    ...(link.kind === 'uncertain' && { dash }),
  };
  return [shaft, tick(from), tick(to)];
}

/** True where a line is long enough to carry its label without hiding what it joins. */
export const isRoomy = ({ from, to }: Link, measures: Measures): boolean =>
  Math.hypot(to.x - from.x, to.y - from.y) > 7 * measures.font;

/** Two objects that touch have no length to show: a ring marks the place. */
function ring(centre: Point, radius: number, colour: string, width: number): Shape {
  const points = Array.from({ length: 24 }, (_, i) => {
    const turn = (2 * Math.PI * i) / 24;
    return { x: centre.x + radius * Math.cos(turn), y: centre.y + radius * Math.sin(turn) };
  });
  return { kind: 'line', points, closed: true, colour, width };
}

export function dimensionLabel(link: Link, measures: Measures): Label {
  const { from, to, kind } = link;
  const at = (t: number, off: number): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    return {
      x: from.x + t * (to.x - from.x) - ((to.y - from.y) / length) * off,
      y: from.y + t * (to.y - from.y) + ((to.x - from.x) / length) * off,
    };
  };
  const near = measures.font * 1.5;
  const wide = measures.font * 3.5;
  const quiet = kind === 'satisfied';
  return {
    title: link.title,
    detail: quiet ? null : link.detail,
    preferred: [
      at(0.5, 0),
      at(0.5, near),
      at(0.5, -near),
      at(0.5, wide),
      at(0.5, -wide),
      at(0.3, near),
      at(0.7, -near),
    ],
    about: at(0.5, 0),
    avoid: link.boxes,
    ink: quiet ? COLOUR.satisfied : kind === 'uncertain' ? COLOUR.ink : COLOUR.paper,
    plate: quiet ? null : colourOf(kind),
    small: quiet || link.small,
    required: !quiet,
  };
}

/** The number that stands for a link whose words are in the legend. */
export function dimensionNumber(link: Link, number: number, measures: Measures): Label {
  const { from, to, kind } = link;
  const at = (t: number): Point => ({ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
  return numberLabel(number, [0.5, 0.35, 0.65, 0.2, 0.8].map(at), colourOf(kind), inkOn(kind), measures, link.boxes);
}

export const inkOn = (kind: VerdictKind): string => (kind === 'violated' ? COLOUR.paper : COLOUR.ink);

export function numberLabel(
  number: number,
  places: readonly Point[],
  plate: string,
  ink: string,
  measures: Measures,
  avoid: readonly Rect[],
): Label {
  const beside = measures.font * 1.5;
  const middle = places[0]!;
  return {
    title: String(number),
    preferred: [
      ...places,
      { x: middle.x + beside, y: middle.y },
      { x: middle.x - beside, y: middle.y },
      { x: middle.x, y: middle.y - beside },
      { x: middle.x, y: middle.y + beside },
    ],
    about: middle,
    avoid,
    ink,
    plate,
    small: true,
    required: true,
  };
}
