import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/main.ts';
import { MARKER_SHEETS } from '../../src/scene/markers/sheet.ts';
import { multiply } from '../../src/scene/math/mat3.ts';
import { HEIGHT, painted, sheetToPixels, WIDTH } from '../image/markers/painted.ts';
import { paint } from '../scene/truth/painted-print.ts';

let folder: string;
let out: string;
let err: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-marker-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('h200-mug marker', () => {
  it('writes what the name says, for the paper that is asked for', async () => {
    const [pdf, svg] = [join(folder, 'sheet.pdf'), join(folder, 'sheet.SVG')];
    expect(await run(['marker', '--out', pdf])).toBe(0);
    expect(await run(['marker', '--paper', 'letter', '--out', svg])).toBe(0);
    expect(readFileSync(pdf, 'latin1')).toMatch(/^%PDF-1\.4/);
    expect(readFileSync(svg, 'utf8')).toContain(`width="${MARKER_SHEETS.letter.width}mm"`);
    expect(out).toContain('100 %');
  });

  it('leaves a file of that name as it is', async () => {
    const file = join(folder, 'mine.pdf');
    writeFileSync(file, 'mine');
    expect(await run(['marker', '--out', file])).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(err).toContain('VALIDATION_002');
  });

  it('refuses other files, folders that are not there and other papers', async () => {
    expect(await run(['marker', '--out', join(folder, 'sheet.png')])).toBe(2);
    expect(await run(['marker', '--out', join(folder, 'none', 'sheet.pdf')])).toBe(2);
    expect(await run(['marker', '--paper', 'a5'])).toBe(2);
    expect(existsSync(join(folder, 'sheet.png'))).toBe(false);
  });
});

/** The sheet at a scale, with a bank card (true to size) on its right. */
const LYING = { paper: 'a4', tilt: 25, range: 620, turn: 8 } as const;
let desk: Uint8Array | undefined;

async function photo(scale: number, card: boolean): Promise<string> {
  const sheet = sheetToPixels(LYING);
  // A print that is smaller, seen from as much nearer, looks alike: the card is scaled in its place.
  desk ??= painted(LYING).data;
  const data = desk;
  const rgb = new Uint8Array(3 * data.length);
  for (let i = 0; i < data.length; i++) rgb.fill(data[i]!, 3 * i, 3 * i + 3);
  if (card) {
    const [width, height] = [85.6 / scale, 53.98 / scale];
    const corner = (x: number, y: number) =>
      Math.hypot(
        Math.max(0, Math.abs(x - width / 2) - width / 2 + 3.2),
        Math.max(0, Math.abs(y - height / 2) - height / 2 + 3.2),
      ) <= 3.2;
    const shade = (x: number, y: number) => {
      if (x < 0 || y < 0 || x > width || y > height || !corner(x, y)) return null;
      return y > 10 && y < 20 ? 0.2 : x > 12 && x < 24 && y > 24 && y < 34 ? 0.6 : 1;
    };
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    const place = multiply(sheet, [c, -s, 250, s, c, 90, 0, 0, 1]);
    paint(
      { width: WIDTH, height: HEIGHT, data: rgb },
      place,
      { width, height, shade },
      { blur: 0.6, noise: 3, white: 235, black: 60 },
    );
  }
  const file = join(folder, 'photo.png');
  await sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}

describe('h200-mug marker --check', () => {
  it.each([
    [1, 'true to size', 0],
    [0.94, 'not true to size', 1],
    [1.06, 'not true to size', 1],
  ])('a print at %d of its size is %s', async (scale, verdict, status) => {
    expect(await run(['marker', '--check', await photo(scale, true), '--json'])).toBe(status);
    const check = JSON.parse(out) as { ratio: number; sigma: number; verdict: string };
    expect(check.verdict).toBe(verdict);
    expect(Math.abs(check.ratio - scale)).toBeLessThan(0.012);
    expect(Math.abs(check.ratio - scale)).toBeLessThan(2.5 * check.sigma);
  });

  it('says what it needs', async () => {
    expect(await run(['marker', '--check', await photo(1, false)])).toBe(1);
    expect(out).toContain('No bank card is to be seen');
    const plain = join(folder, 'plain.png');
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#876' } })
      .png()
      .toFile(plain);
    expect(await run(['marker', '--check', plain])).toBe(1);
    expect(out).toContain('No printed sheet of ours');
    expect(await run(['marker', '--check', join(folder, 'none.jpg')])).toBe(2);
  });
});
