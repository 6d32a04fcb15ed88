import { LETTER_UNITS, typeface } from '../annotate/font.ts';
import type { SheetDrawing } from './sheet-drawing.ts';

/** Printers leave a border white, mm. */
const MARGIN = 15;

/** The sheet as SVG in its true size; text as outlines, so that no font is needed. */
export function sheetSvg({ width, height, title, boxes, texts }: SheetDrawing): string {
  const face = typeface();
  const rects = boxes.map(
    (b) =>
      `<rect x="${mm(b.x)}" y="${mm(b.y)}" width="${mm(b.width)}" height="${mm(b.height)}"${b.white ? ' fill="#fff"' : ''}/>`,
  );
  const words = texts.map(({ x, y, size, text }) => {
    // These letters are wider than those of the PDF.
    const fitting = Math.min(size, (width - 2 * MARGIN) / face.measure(text, 1));
    const k = fitting / LETTER_UNITS;
    let at = x - face.measure(text, fitting) / 2;
    return face
      .letters(text)
      .map(({ path, advance }) => {
        const letter = `<path transform="translate(${mm(at)} ${mm(y)}) scale(${k})" d="${path}"/>`;
        at += advance * k;
        return path === '' ? '' : letter;
      })
      .join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(width)}mm" height="${mm(height)}mm" viewBox="0 0 ${mm(width)} ${mm(height)}">`,
    `<title>${title}</title>`,
    `<rect width="${mm(width)}" height="${mm(height)}" fill="#fff"/>`,
    // No grey seams between boxes that touch.
    '<g shape-rendering="crispEdges">',
    ...rects,
    '</g>',
    ...words,
    '</svg>',
    '',
  ].join('\n');
}

/** Rounded to a micrometre. */
const mm = (value: number): string => String(Number(value.toFixed(3)));
