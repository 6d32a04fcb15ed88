import { isWhite, type MarkerSheet, TAG_SIDE } from '../scene/markers/sheet.ts';

/** What is printed, mm from the paper's upper left corner; text stands on its base line. */
export interface SheetDrawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Black, in the order of drawing; white ones over them. */
  readonly boxes: readonly Box[];
  readonly texts: readonly { readonly x: number; readonly y: number; readonly size: number; readonly text: string }[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly white: boolean;
}

/** Length of the line that shows whether the print is true to size, mm. */
export const CHECK_LINE = 100;
const THIN = 0.35;
const TICK = 4;
const TEXT = 3.1;

/** Tags, the line to measure and what a person must know. */
export function sheetDrawing(sheet: MarkerSheet): SheetDrawing {
  const { width, height, name, tags } = sheet;
  const last = tags.at(-1)!;
  const below = last.y + last.side;
  // One module of white paper stays free under the tags.
  const line = below + last.side / TAG_SIDE + TICK / 2 - 0.5;
  const left = (width - CHECK_LINE) / 2;
  const bar = (x: number, y: number, w: number, h: number): Box => ({ x, y, width: w, height: h, white: false });
  return {
    width,
    height,
    title: `h200-mug marker sheet ${name}`,
    boxes: [
      ...tags.flatMap((tag) => [bar(tag.x, tag.y, tag.side, tag.side), ...whiteModules(tag)]),
      bar(left, line - THIN / 2, CHECK_LINE, THIN),
      // The line ends in the middle of its ticks.
      ...[left, left + CHECK_LINE].map((x) => bar(x - THIN / 2, line - TICK / 2, THIN, TICK)),
    ],
    texts: [
      `100 mm (from tick to tick) · h200-mug · ${name}`,
      'Print at 100 %, not "fit to page": if this line is not 100 mm long, every length measured with this sheet is wrong by as much.',
      'Lay it flat on the table, anywhere in the picture; two whole tags in sight are enough. Not on a screen, not on a wall.',
    ].map((text, i) => ({ x: width / 2, y: line + TICK / 2 + 3.2 + i * 3.9, size: i === 0 ? TEXT : 2.9, text })),
  };
}

/** White modules of one row that touch are one box, so that no hairline shows between them. */
function whiteModules({ id, x, y, side }: MarkerSheet['tags'][number]): Box[] {
  const module = side / TAG_SIDE;
  const boxes: Box[] = [];
  for (let row = 0; row < TAG_SIDE; row++) {
    for (let from = 0; from < TAG_SIDE; from++) {
      if (!isWhite(id, row, from)) continue;
      let to = from;
      while (isWhite(id, row, to)) to++;
      boxes.push({
        x: x + from * module,
        y: y + row * module,
        width: (to - from) * module,
        height: module,
        white: true,
      });
      from = to;
    }
  }
  return boxes;
}
