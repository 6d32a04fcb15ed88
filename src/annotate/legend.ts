import type { MeasureText, Rect, Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';

/** What a number in the image stands for. */
export interface LegendEntry {
  /** Null: nothing in the image carries a number for it. */
  readonly number: number | null;
  readonly colour: string;
  readonly ink: string;
  readonly text: string;
}

/** Lines that a legend may have; of more, the last says how many are left out. */
export const MAX_ENTRIES = 12;

/** The legend below the caption, in two columns where all texts fit; shapes are relative to a legend that begins at y = 0. */
export function layoutLegend(
  entries: readonly LegendEntry[],
  width: number,
  measures: Measures,
  measureText: MeasureText,
): { height: number; shapes: (y: number) => Shape[] } {
  if (entries.length === 0) return { height: 0, shapes: () => [] };
  const size = measures.small;
  const rise = size * 1.7;
  const badge = size * 1.9;
  const gap = size * 1.1;
  const shown = entries.slice(0, MAX_ENTRIES);
  const widest = Math.max(...shown.map((entry) => measureText(entry.text, size)));
  const columns = shown.length > 3 && widest + badge + 2 * gap <= width / 2 ? 2 : 1;
  const lines = shown.map((entry) => ({
    ...entry,
    text: shorten(entry.text, width / columns - badge - 2 * gap, size),
  }));
  const perColumn = Math.ceil(lines.length / columns);
  const more = entries.length - shown.length;
  const rows = perColumn + (more > 0 ? 1 : 0);
  const height = Math.ceil(rows * rise + size * 0.5);

  function shorten(text: string, room: number, at: number): string {
    if (measureText(text, at) <= room) return text;
    const letters = Array.from(text);
    while (letters.length > 1 && measureText(`${letters.join('')}…`, at) > room) letters.pop();
    return `${letters.join('').trimEnd()}…`;
  }

  function line({ number, colour, ink, text }: LegendEntry, x: number, top: number): Shape[] {
    const box: Rect = { x, y: top + rise * 0.08, width: badge * 0.86, height: rise * 0.84 };
    const base = top + rise * 0.5 + size * 0.36;
    const digits = number === null ? '' : String(number);
    const at = { x: x + (box.width - measureText(digits, size)) / 2, y: base };
    return [
      { kind: 'plate', box, colour, opacity: 1 },
      ...(number === null ? [] : [{ kind: 'text', text: digits, at, size, colour: ink, outline: false } as const]),
      { kind: 'text', text, at: { x: x + badge + gap * 0.2, y: base }, size, colour: COLOUR.paper, outline: false },
    ];
  }

  return {
    height,
    shapes: (y) => [
      { kind: 'plate', box: { x: -width, y, width: width * 3, height: height * 3 }, colour: COLOUR.plate, opacity: 1 },
      ...lines.flatMap((entry, i) => {
        const column = Math.floor(i / perColumn);
        return line(entry, gap + (column * width) / columns, y + (i % perColumn) * rise);
      }),
      ...(more > 0
        ? [
            {
              kind: 'text',
              text: `… and ${more} more in the answer`,
              at: { x: gap, y: y + perColumn * rise + rise * 0.5 + size * 0.36 },
              size,
              colour: COLOUR.quiet,
              outline: false,
            } as const,
          ]
        : []),
    ],
  };
}
