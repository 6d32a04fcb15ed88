import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { typeface } from '../../src/annotate/font.ts';
import { layoutAnnotations } from '../../src/annotate/layout.ts';
import type { Drawing } from '../../src/annotate/shapes.ts';
import { toSvg } from '../../src/annotate/svg.ts';
import { DESK, DESK_VERDICTS, move, object, scene, verdict } from './scenes.ts';

const face = typeface();

function textDrawing(text: string): Drawing {
  const shapes = [{ kind: 'text' as const, text, at: { x: 10, y: 40 }, size: 32, colour: '#ffffff', outline: false }];
  return { width: 400, height: 60, photoHeight: 60, shapes };
}

/** Share of the pixels that are inked. */
async function ink(text: string): Promise<number> {
  const pixels = await sharp(toSvg(textDrawing(text), face))
    .extractChannel(3)
    .raw()
    .toBuffer();
  return pixels.filter((a) => a > 128).length / pixels.length;
}

describe('the font', () => {
  it('measures what it draws', async () => {
    for (const text of ['mug-1', '83 ± 21 mm', 'Ünïcödé …', 'кружка', 'κούπα']) {
      const svg = sharp(toSvg(textDrawing(text), face));
      const { info } = await svg.trim({ background: '#00000000', threshold: 1 }).toBuffer({ resolveWithObject: true });
      expect(Math.abs(info.width - face.measure(text, 32))).toBeLessThan(6);
      expect(await ink(text)).toBeGreaterThan(0.01);
    }
  });

  it('replaces what it lacks', () => {
    expect(face.letters('日')).toEqual(face.letters('?'));
    expect(face.letters('\u{10ffff}')).toEqual(face.letters('?'));
    expect(face.letters('±…−')).not.toContainEqual(face.letters('?')[0]);
  });

  it('draws nothing for spaces and for no text', async () => {
    expect(await ink('   ')).toBe(0);
    expect(await ink('')).toBe(0);
  });
});

describe('toSvg', () => {
  const NAUGHTY = ['<script>alert(1)</script>', '"/><image href="file:///etc/passwd"/>', '&xxe;', ']]><!--'];

  it('holds nothing but our own elements, whatever the names are', async () => {
    for (const name of NAUGHTY) {
      const objects = [object(name, [10, 10, 90, 90]), { ...object('mug-1', [300, 300, 380, 380]), id: name }];
      const verdicts = [verdict('violated', [name, name], { unit: 'none', reason: name })];
      const zone = { name, kind: 'zone' as const, polygonPx: [{ x: 1, y: 1 }], polygon: null };
      const on = scene(objects, undefined, [zone]);
      const svg = toSvg(layoutAnnotations(on, verdicts, [move(name)], { width: 800, height: 600 }, face.measure), face);
      const elements = new Set([...svg.toString().matchAll(/<\/?([a-zA-Z!?]+)/g)].map((m) => m[1]));
      expect([...elements].filter((e) => !['svg', 'defs', 'g', 'path', 'use', 'rect'].includes(e!))).toEqual([]);
      expect(svg.toString()).not.toContain(name);
      expect((await sharp(svg).metadata()).width).toBe(800);
    }
  });

  it('stays small: each letter is defined once', () => {
    const svg = toSvg(
      layoutAnnotations(DESK, DESK_VERDICTS, [move('mug-1')], { width: 800, height: 600 }, face.measure),
      face,
    ).toString();
    const ids = [...svg.matchAll(/<path id="(g\d+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(svg.length).toBeLessThan(40_000);
  });

  it('never writes a number that is not one', () => {
    const points = [
      { x: Number.NaN, y: Number.POSITIVE_INFINITY },
      { x: 1, y: 2 },
    ];
    const shapes = [{ kind: 'line' as const, points, closed: false, colour: '#fff', width: 2 }];
    expect(toSvg({ width: 10, height: 10, photoHeight: 10, shapes }, face).toString()).not.toMatch(/NaN|Infinity/);
  });
});
