import type { Px } from '../../scene-view/types.ts';

/** What was drawn on a photo. */
export interface Markup {
  readonly corners: readonly Px[] | null;
  readonly rectangle: readonly Px[] | null;
  readonly zones: readonly { readonly name: string; readonly kind: ZoneKind; readonly points: readonly Px[] }[];
}
export type ZoneKind = 'coaster' | 'desk_mat' | 'zone';
export type Sheet = 'a4' | 'letter' | 'card' | 'own';

export const NOTHING: Markup = { corners: null, rectangle: null, zones: [] };

export const isEmpty = ({ corners, rectangle, zones }: Markup): boolean =>
  corners === null && rectangle === null && zones.length === 0;

const pair = ([x, y]: Px): [number, number] => [x, y];
type Four = [[number, number], [number, number], [number, number], [number, number]];

export function calibrationOf({ rectangle }: Markup, sheet: Sheet, own: readonly [number, number]) {
  if (rectangle === null) return null;
  return {
    rectangle_px: rectangle.map(pair) as Four,
    size_mm: sheet === 'own' ? ([own[0], own[1]] as [number, number]) : sheet,
  };
}

/** What the API stores of it besides the calibration. */
export function regionsOf({ corners, zones }: Markup) {
  return {
    ...(corners && { table_corners: corners.map(pair) }),
    ...(zones.length > 0 && {
      zones: zones.map(({ name, kind, points }) => ({ name, kind, polygon_px: points.map(pair) })),
    }),
  };
}

/** A name that no zone has yet. */
export function freeName(wanted: string, { zones }: Markup): string {
  const taken = new Set(zones.map(({ name }) => name));
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? wanted : `${wanted} ${i}`;
    if (!taken.has(name)) return name;
  }
}
