import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findTags } from '../../src/image/markers/find-tags.ts';
import { CHECK_LINE, sheetDrawing } from '../../src/print/sheet-drawing.ts';
import { sheetPdf } from '../../src/print/sheet-pdf.ts';
import { sheetSvg } from '../../src/print/sheet-svg.ts';
import { MARKER_SHEETS, PAPERS, sheetTag, tagCorners } from '../../src/scene/markers/sheet.ts';

describe.each(PAPERS)('the sheet on %s', (paper) => {
  const sheet = MARKER_SHEETS[paper];
  const drawing = sheetDrawing(sheet);

  it('has a line of 100 mm between its ticks, away from the tags', () => {
    const [line, left, right] = drawing.boxes.slice(-3) as [Box, Box, Box];
    expect(right.x + right.width / 2 - (left.x + left.width / 2)).toBeCloseTo(CHECK_LINE);
    expect(line.width).toBe(100);
    const below = Math.max(...sheet.tags.map((t) => t.y + t.side));
    expect(left.y).toBeGreaterThan(below + 8);
  });

  it('keeps its words in what printers can print', () => {
    for (const { y } of drawing.texts) expect(y).toBeLessThan(sheet.height - 5);
  });

  it('as SVG in true size: the finder sees all tags where they were drawn', async () => {
    const svg = sheetSvg(drawing);
    expect(svg).toContain(`width="${sheet.width}mm" height="${sheet.height}mm"`);
    const grey = sharp(Buffer.from(svg)).resize(900).flatten({ background: '#ffffff' }).toColourspace('b-w');
    const { data, info } = await grey.raw().toBuffer({ resolveWithObject: true });
    const tags = findTags({ data, width: info.width, height: info.height });
    expect(tags.map((t) => t.id).sort((a, b) => a - b)).toEqual(sheet.tags.map((t) => t.id));
    for (const tag of tags) {
      const drawn = tagCorners(sheetTag(tag.id)!);
      for (const [i, corner] of tag.corners.entries()) {
        expect(Math.abs((corner.x / info.width) * sheet.width - drawn[i]!.x)).toBeLessThan(0.15);
        expect(Math.abs((corner.y / info.height) * sheet.height - drawn[i]!.y)).toBeLessThan(0.15);
      }
    }
    // All words, as outlines, lie in the page.
    expect(svg).not.toContain('<text');
    const places = [...svg.matchAll(/<path transform="translate\(([\d.-]+) /g)].map((m) => Number(m[1]));
    expect(Math.min(...places)).toBeGreaterThan(10);
    expect(Math.max(...places)).toBeLessThan(sheet.width - 10);
  });

  it('as PDF: a table of contents that leads to its objects, the same boxes, a page of that size that asks not to be scaled', () => {
    const pdf = sheetPdf(drawing).toString('latin1');
    const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(start, start + 4)).toBe('xref');
    const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map((m) => Number(m[1]));
    for (const [i, offset] of offsets.entries()) expect(pdf.slice(offset)).toMatch(new RegExp(`^${i + 1} 0 obj\n`));
    const [, width, height] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.map(Number) as [number, number, number];
    expect((width / 72) * 25.4).toBeCloseTo(sheet.width, 3);
    expect((height / 72) * 25.4).toBeCloseTo(sheet.height, 3);
    expect(pdf).toContain('/PrintScaling /None');
    expect(pdf.match(/ re f$/gm)).toHaveLength(drawing.boxes.length);
    const stream = /stream\n([\s\S]*?)\nendstream/.exec(pdf)![1]!;
    expect(pdf).toContain(`/Length ${stream.length} `);
    const first = sheet.tags[0]!;
    const [, x, y, side] = /^0 g ([\d.]+) ([\d.]+) ([\d.]+) /.exec(stream)!.map(Number) as [
      number,
      number,
      number,
      number,
    ];
    expect((x / 72) * 25.4).toBeCloseTo(first.x, 3);
    expect(sheet.height - ((y + side) / 72) * 25.4).toBeCloseTo(first.y, 3);
  });
});

type Box = ReturnType<typeof sheetDrawing>['boxes'][number];
