import type { Cursor } from './cursor.ts';
import { DETERMINERS, NOUN_WORDS } from './noun-words.ts';
import { PhraseTable, phraseSet } from './phrases.ts';

/** A part of the table as the zones that every image has; a corner is what two halves share. */
export interface PartOfTable {
  readonly zones: readonly string[];
  /** "out of the left half" */
  readonly outside: boolean;
}

const IN = 'in|inside|within|into|on|onto|at the?';
const OUT = ['out of the?', 'outside of? the?', 'off the?'];
/** As the camera sees the table: the upper part of the picture is the back of the table. */
const DEPTHS = { 'back half': 'back|rear|top|upper', 'front half': 'front|bottom|lower' } as const;
const ACROSS = { 'left half': 'left', 'right half': 'right' } as const;
const CORNER = 'corner|quarter|quadrant';

const inPlace = (place: string, zones: readonly string[]) => [
  [`${IN} ${place}`, { zones, outside: false }] as const,
  ...OUT.map((out) => [`${out} ${place}`, { zones, outside: true }] as const),
];

const HALVES = new PhraseTable<PartOfTable>(
  Object.fromEntries(
    Object.entries({ ...ACROSS, ...DEPTHS }).flatMap(([zone, words]) => inPlace(`${words} half`, [zone])),
  ),
);
/** "On the left side" may be that of anything: it needs its "of the table". */
const SIDES_OF_TABLE = new PhraseTable<PartOfTable>(
  Object.fromEntries(
    Object.entries({ ...ACROSS, ...DEPTHS }).flatMap(([zone, words]) => inPlace(`${words} hand? side`, [zone])),
  ),
);
const CORNERS = new PhraseTable<PartOfTable>(
  Object.fromEntries(
    Object.entries(DEPTHS).flatMap(([depth, back]) =>
      Object.entries(ACROSS).flatMap(([side, left]) => [
        ...inPlace(`${back} ${left} hand? ${CORNER}`, [side, depth]),
        ...inPlace(`${left} ${back} ${CORNER}`, [side, depth]),
      ]),
    ),
  ),
);
const OF_PICTURE = phraseSet('of the|this|my picture|photo|photograph|image|scene');

/** "in the left half of the desk", "out of the top left corner"; null when none starts here. */
export function readPartOfTable(c: Cursor): PartOfTable | null {
  return c.attempt(() => {
    const part = c.take(CORNERS) ?? c.take(HALVES);
    if (part !== undefined) return readOfTable(c) || !c.seesWord('of') ? part : null;
    const side = c.take(SIDES_OF_TABLE);
    return side !== undefined && readOfTable(c) ? side : null;
  });
}

/** True when a part of the table starts here. */
export function seesPartOfTable(c: Cursor): boolean {
  const mark = c.pos;
  const reach = c.farthest;
  const sees = readPartOfTable(c) !== null;
  c.pos = mark;
  c.farthest = reach;
  return sees;
}

function readOfTable(c: Cursor): boolean {
  return (
    c.attempt(() => {
      if (c.take(OF_PICTURE)) return true;
      if (!c.takeWord('of')) return null;
      c.take(DETERMINERS);
      return c.take(NOUN_WORDS)?.name === 'table' ? true : null;
    }) === true
  );
}
