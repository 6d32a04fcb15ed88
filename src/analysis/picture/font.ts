import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Font, type Glyph, parse } from 'opentype.js';
import type { MeasureText } from './shapes.ts';

/** Text as outlines: a bare machine has no fonts, and outlines cannot carry markup. */
export interface Typeface {
  readonly measure: MeasureText;
  /** SVG path data of one line; characters that the font lacks become `?`. */
  outline(text: string, x: number, y: number, size: number): string;
}

let loaded: Typeface | undefined;

/** DejaVu Sans Bold, read once from the installed package. */
export function typeface(): Typeface {
  loaded ??= fromFont(load());
  return loaded;
}

function load(): Font {
  const file = readFileSync(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')));
  return parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
}

/** Glyph by glyph, without shaping or substitution: no text can reach the font's programs. */
function fromFont(font: Font): Typeface {
  const glyphs = new Map<string, Glyph>();
  const glyphOf = (char: string): Glyph => {
    let glyph = glyphs.get(char);
    if (glyph === undefined) {
      glyph = font.charToGlyph(font.charToGlyphIndex(char) === 0 ? '?' : char);
      if (glyphs.size < 2000) glyphs.set(char, glyph);
    }
    return glyph;
  };
  const advance = (glyph: Glyph, size: number) =>
    ((glyph.advanceWidth ?? font.unitsPerEm / 2) / font.unitsPerEm) * size;
  return {
    measure: (text, size) => [...text].reduce((sum, char) => sum + advance(glyphOf(char), size), 0),
    outline(text, x, y, size) {
      let at = x;
      let path = '';
      for (const char of text) {
        const glyph = glyphOf(char);
        path += glyph.getPath(at, y, size).toPathData(1);
        at += advance(glyph, size);
      }
      return path;
    },
  };
}
