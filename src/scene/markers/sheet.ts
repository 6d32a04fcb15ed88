/**
 * The printable sheet that says how large things are: two columns of three square tags on A4 or Letter. Which paper a tag
 * belongs to, where it lies on it and how large it is follows from its id alone.
 */

export const PAPERS = ['a4', 'letter'] as const;
export type Paper = (typeof PAPERS)[number];

/** Modules along the side of a tag's code, and of the whole black square. */
export const CODE_SIDE = 5;
export const TAG_SIDE = CODE_SIDE + 2;

/**
 * Codes of the tags by id, row by row from the upper left corner, 1 is white. Turned or mirrored in any way they differ
 * from each other in 8 modules at least, and from the tags that others print (DICT_5X5_1000, original ArUco) in 4.
 */
export const TAG_CODES: readonly number[] = [
  0x17cd383, 0x931707, 0x13f306a, 0x1738c4c, 0x1a68c91, 0x1ce88e4, 0xb5f09e, 0x1bc2db4, 0xc6fab0, 0x1977698, 0x16e0d2f,
  0xd69837,
];

export interface SheetTag {
  readonly id: number;
  readonly paper: Paper;
  /** Upper left corner of its black square, mm from the paper's. */
  readonly x: number;
  readonly y: number;
  /** Side of its black square, mm. */
  readonly side: number;
}

export interface MarkerSheet {
  readonly paper: Paper;
  readonly name: string;
  /** Of the paper, mm. */
  readonly width: number;
  readonly height: number;
  readonly tags: readonly SheetTag[];
}

const COLUMNS = 2;
const ROWS = 3;

function sheet(paper: Paper, name: string, size: readonly [number, number], side: number, rowGap: number): MarkerSheet {
  const [width, height] = size;
  // What is left of the width is divided so that the outer margins are half as wide again as the gap between the columns.
  const gap = (width - COLUMNS * side) / 4;
  const first = PAPERS.indexOf(paper) * COLUMNS * ROWS;
  const tags = Array.from({ length: COLUMNS * ROWS }, (_, i): SheetTag => {
    const [row, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
    return { id: first + i, paper, x: 1.5 * gap + column * (side + gap), y: TOP + row * (side + rowGap), side };
  });
  return { paper, name, width, height, tags };
}

/** Above the first row of tags, mm. */
const TOP = 12;

export const MARKER_SHEETS: Readonly<Record<Paper, MarkerSheet>> = {
  a4: sheet('a4', 'A4', [210, 297], 78, 10),
  letter: sheet('letter', 'Letter', [215.9, 279.4], 73, 9),
};

const TAGS: readonly SheetTag[] = PAPERS.flatMap((paper) => MARKER_SHEETS[paper].tags);

/** The tag with this id; undefined: none of ours. */
export const sheetTag = (id: number): SheetTag | undefined => TAGS[id];

/** Whether a module of a tag's black square, its border included, is white. */
export function isWhite(id: number, row: number, column: number): boolean {
  const [r, c] = [row - 1, column - 1];
  if (r < 0 || c < 0 || r >= CODE_SIDE || c >= CODE_SIDE) return false;
  return ((TAG_CODES[id]! >>> (CODE_SIDE * CODE_SIDE - 1 - (r * CODE_SIDE + c))) & 1) === 1;
}

/** Corners of a tag on its paper, mm: upper left, upper right, lower right, lower left as it is printed. */
export function tagCorners({ x, y, side }: SheetTag): { readonly x: number; readonly y: number }[] {
  return [
    { x, y },
    { x: x + side, y },
    { x: x + side, y: y + side },
    { x, y: y + side },
  ];
}
