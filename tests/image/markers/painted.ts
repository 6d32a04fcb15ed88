import { MARKER_SHEETS, type Paper, tagCorners } from '../../../src/scene/markers/sheet.ts';
import { apply, multiply } from '../../../src/scene/math/mat3.ts';
import type { Mat3, Point } from '../../../src/scene/types.ts';
import { type Look, paint, sheetShade } from '../../scene/truth/painted-print.ts';

export interface Lying {
  readonly paper: Paper;
  /** Camera: degrees from straight down, mm from the sheet's middle. */
  readonly tilt: number;
  readonly range: number;
  /** Degrees. */
  readonly turn: number;
  readonly mirrored?: boolean;
  readonly look?: Partial<Look>;
  readonly over?: readonly (readonly [number, number, number, number])[];
}

export const WIDTH = 1280;
export const HEIGHT = 960;
export const FOCAL = 1100;
const RADIANS = Math.PI / 180;

/** The sheet's mm to pixels of a camera that looks at its middle. */
export function sheetToPixels({ paper, tilt, range, turn, mirrored = false }: Omit<Lying, 'look' | 'over'>): Mat3 {
  const { width, height } = MARKER_SHEETS[paper];
  const [c, s] = [Math.cos(turn * RADIANS), Math.sin(turn * RADIANS)];
  const k = mirrored ? -1 : 1;
  // Middle to the origin, turned; y grows toward the viewer.
  const place: Mat3 = [
    k * c,
    -s,
    -(k * c * width) / 2 + (s * height) / 2,
    k * s,
    c,
    -(k * s * width) / 2 - (c * height) / 2,
    0,
    0,
    1,
  ];
  const [ct, st] = [Math.cos(tilt * RADIANS), Math.sin(tilt * RADIANS)];
  // Camera x right, y down, z ahead; the table's y axis comes nearer as the camera tilts.
  const see: Mat3 = [
    FOCAL,
    (-st * WIDTH) / 2,
    (range * WIDTH) / 2,
    0,
    FOCAL * ct - (st * HEIGHT) / 2,
    (range * HEIGHT) / 2,
    0,
    -st,
    range,
  ];
  return multiply(see, place);
}

export function greyDesk(level = 120): Uint8Array {
  return new Uint8Array(WIDTH * HEIGHT).fill(level);
}

/** Grey values of a table with the sheet on it, and where its tags are. */
export function painted(
  lying: Lying,
  ground?: Uint8Array,
): { data: Uint8Array; width: number; height: number; tags: { id: number; corners: Point[] }[] } {
  const sheet = MARKER_SHEETS[lying.paper];
  const toPixels = sheetToPixels(lying);
  const grey = ground ?? greyDesk();
  const data = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) data.fill(grey[i]!, 3 * i, 3 * i + 3);
  const look = { blur: 0.6, noise: 3, white: 220, black: 40, ...lying.look };
  paint(
    { width: WIDTH, height: HEIGHT, data },
    toPixels,
    { width: sheet.width, height: sheet.height, shade: sheetShade(sheet) },
    look,
    lying.over ?? [],
  );
  const tags = sheet.tags.map((tag) => ({ id: tag.id, corners: tagCorners(tag).map((p) => apply(toPixels, p)) }));
  return { data: data.filter((_, i) => i % 3 === 0), width: WIDTH, height: HEIGHT, tags };
}
