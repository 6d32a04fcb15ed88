import type { SheetDrawing } from './sheet-drawing.ts';

/** PDF's unit, 1/72 inch, per mm. */
const POINT = 72 / 25.4;

/**
 * The sheet as PDF 1.4 in its true size, one page, in Helvetica, which every reader has. The page asks not to be scaled when it
 * is printed (`PrintScaling None`).
 */
export function sheetPdf({ width, height, title, boxes, texts }: SheetDrawing): Buffer {
  const pt = (mm: number) => Number((mm * POINT).toFixed(4));
  const content = [
    ...boxes.map(
      (b) => `${b.white ? 1 : 0} g ${pt(b.x)} ${pt(height - b.y - b.height)} ${pt(b.width)} ${pt(b.height)} re f`,
    ),
    '0 g',
    ...texts.map(({ x, y, size, text }) => {
      const left = x - (helveticaWidth(text) * size) / 2;
      return `BT /F1 ${pt(size)} Tf ${pt(left)} ${pt(height - y)} Td (${escaped(text)}) Tj ET`;
    }),
  ].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pt(width)} ${pt(height)}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title (${escaped(title)}) /Producer (h200-mug) >>`,
  ];
  let text = '%PDF-1.4\n';
  const starts = objects.map((object, i) => {
    const start = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${text.lastIndexOf('xref\n0 ')}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const escaped = (text: string): string => text.replace(/[\\()]/g, (c) => `\\${c}`);

/** Advance widths of Helvetica's characters, thousandths of the font size (Adobe's metrics), where they are not 556. */
const WIDTHS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({
    ' ,./:;fItI!': 278,
    '"': 355,
    "'": 191,
    'il j|': 222,
    '()-r': 333,
    cksvxyzJ: 500,
    FTZ: 611,
    'ABEKPSVXY&': 667,
    CDHNRUw: 722,
    GOQ: 778,
    mM: 833,
    '%': 889,
    W: 944,
    '·': 278,
  }).flatMap(([characters, width]) => [...characters].map((c) => [c, width])),
);

/** In font sizes; to centre a line. */
const helveticaWidth = (text: string): number =>
  [...text].reduce((sum, c) => sum + (c === ' ' ? 278 : (WIDTHS[c] ?? 556)), 0) / 1000;
