import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type opentype from 'opentype.js';
import type { Font } from 'opentype.js';

/** One character as an outline in units of a thousandth of the font size, base line at y = 0. */
export interface Letter {
  /** Index in the font: letters with one index have one outline. */
  readonly index: number;
  readonly path: string;
  readonly advance: number;
}

/** Text as outlines: a bare machine has no fonts, and outlines cannot carry markup. */
export interface Typeface {
  /** Characters that the font lacks become `?`. */
  letters(text: string): readonly Letter[];
  /** Width in pixels at a font size in pixels. */
  measure(text: string, size: number): number;
}

export const LETTER_UNITS = 1000;
const MAX_KEPT = 2000;

let loaded: Typeface | undefined;

/** DejaVu Sans Bold, read once from the installed package when the first text is drawn, with what reads it. */
export function typeface(): Typeface {
  loaded ??= fromFont(load());
  return loaded;
}

function load(): Font {
  const file = readFileSync(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')));
  const { parse } = createRequire(import.meta.url)('opentype.js') as typeof opentype;
  return parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

/** Glyph by glyph, without shaping or substitution: no text can reach the font's programs. */
function fromFont(font: Font): Typeface {
  const kept = new Map<string, Letter>();
  function letter(char: string): Letter {
    const known = kept.get(char);
    if (known !== undefined) return known;
    const glyph = font.charToGlyph(font.charToGlyphIndex(char) === 0 ? '?' : char);
    const made = {
      index: glyph.index,
      path: glyph.getPath(0, 0, LETTER_UNITS).toPathData(0),
      advance: ((glyph.advanceWidth ?? font.unitsPerEm / 2) / font.unitsPerEm) * LETTER_UNITS,
    };
    if (kept.size < MAX_KEPT) kept.set(char, made);
    return made;
  }
  const letters = (text: string) => Array.from(text, letter);
  return {
    letters,
    measure: (text, size) => (letters(text).reduce((sum, { advance }) => sum + advance, 0) * size) / LETTER_UNITS,
  };
}
