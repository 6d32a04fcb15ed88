import type { Point, Scene } from '../scene/types.ts';
import type { Label } from './labels.ts';
import type { Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';
import { cleanText } from './text.ts';
import type { View } from './view.ts';

/** Something that was found in the image and is measured by: sides of the table, a sheet of paper, a card, a marker. */
export interface Found {
  readonly name: string;
  /** Each a run of points in pixels of the upright image. */
  readonly lines: readonly { readonly points: readonly Point[]; readonly closed: boolean }[];
  /** True: seen or given as such; false: a guess, such as a detector's box around a table. */
  readonly sure: boolean;
}

/** Everything of that kind that a scene holds: what is found newly is added here, and nothing else in this folder changes. */
export const foundIn = (scene: Scene): Found[] => [...tableEdge(scene)];

function tableEdge(scene: Scene): Found[] {
  const { reference, polygonPx, sides } = scene.table;
  if (reference === 'image' || polygonPx.length < 2) return [];
  const sure = reference !== 'surface';
  const name = sure ? 'table edge' : 'table?';
  if (sides === undefined || sides.length !== polygonPx.length || sides.every((sigma) => sigma !== null))
    return [{ name, lines: [{ points: polygonPx, closed: true }], sure }];
  const seen = polygonPx.flatMap((p, i) => {
    const next = polygonPx[(i + 1) % polygonPx.length]!;
    return sides[i] === null ? [] : [{ points: [p, next], closed: false }];
  });
  return seen.length === 0 ? [] : [{ name, lines: seen, sure }];
}

/** Each as lines with its name at the longest of them; dashed and thin where it is a guess. */
export function drawFound(
  found: readonly Found[],
  view: View,
  measures: Measures,
): { shapes: Shape[]; labels: Label[] } {
  const dash: readonly [number, number] = [measures.font, measures.font * 0.5];
  const shapes = found.flatMap(({ lines, sure }) =>
    lines.map(
      ({ points, closed }): Shape => ({
        kind: 'line',
        points: points.map(view.fromPx),
        closed,
        colour: COLOUR.found,
        width: sure ? measures.line * 0.8 : measures.thin,
        ...(!sure && { dash, opacity: 0.6 }),
      }),
    ),
  );
  const labels = found.filter(({ sure }) => sure).map((one) => nameOf(one, view, measures));
  return { shapes, labels: labels.filter((label) => label !== null) };
}

function nameOf({ name, lines }: Found, view: View, measures: Measures): Label | null {
  const sides = lines.flatMap(({ points, closed }) => {
    const seen = points.map(view.fromPx);
    return seen.slice(closed ? 0 : 1).map((p, i) => [seen[closed ? (i + 1) % seen.length : i]!, p] as const);
  });
  const length = ([a, b]: readonly [Point, Point]) => Math.hypot(a.x - b.x, a.y - b.y);
  const longest = sides.toSorted((a, b) => length(b) - length(a))[0];
  if (longest === undefined) return null;
  const at = (t: number): Point => ({
    x: longest[0].x + t * (longest[1].x - longest[0].x),
    y: longest[0].y + t * (longest[1].y - longest[0].y),
  });
  const beside = measures.small * 1.2;
  return {
    title: cleanText(name),
    preferred: [0.5, 0.3, 0.7, 0.15, 0.85].flatMap((t) => {
      const { x, y } = at(t);
      return [
        { x, y: y + beside },
        { x, y: y - beside },
      ];
    }),
    about: at(0.5),
    ink: COLOUR.found,
    plate: COLOUR.plate,
    small: true,
    required: false,
  };
}
