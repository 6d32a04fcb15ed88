import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CalibrationInput } from '../../../src/contract/calibration.ts';
import { fitTo } from '../../../src/gateway/lenient/fit-to.ts';

const Inner = z.strictObject({ a: z.number().optional(), b: z.string().optional(), flag: z.boolean().default(true) });
const schema = z.strictObject({
  text: z.string(),
  n: z.number().optional(),
  flag: z.boolean().optional(),
  inner: Inner.optional(),
  list: z.array(Inner).optional(),
  pair: z.tuple([z.number(), z.number()]).optional(),
  names: z.array(z.string()).optional(),
  loose: z.array(z.record(z.string(), z.unknown())).optional(),
  calibration: CalibrationInput.optional(),
  place: z.string().nullable().optional(),
});
const read = (args: object) => fitTo({ text: 'x', ...args }, schema);

describe('null for something optional', () => {
  it.each([
    [{ n: null }, {}],
    [{ inner: { a: null, b: null, flag: null } }, { inner: {} }],
    [{ list: [{ a: null }, { a: 1 }] }, { list: [{}, { a: 1 }] }],
    [{ calibration: { mm_per_pixel: 0.5, sigma: null } }, { calibration: { mm_per_pixel: 0.5 } }],
    [{ calibration: { mm_per_pixel: 0.5, points_px: null, tilt_deg: null } }, { calibration: { mm_per_pixel: 0.5 } }],
    [{ inner: '{"a":null}' }, { inner: {} }],
  ])('%j', (args, expected) => {
    expect(read(args)).toEqual({ text: 'x', ...expected });
    expect(schema.safeParse(read(args)).error).toBeUndefined();
  });

  it('stays where null is a value, where the field is required, and where the field is unknown', () => {
    for (const args of [{ place: null }, { text: null }, { strange: null }, { list: [null] }]) {
      expect(read(args)).toEqual({ text: 'x', ...args });
    }
    const halfMeant = read({ calibration: { camera_height_mm: 500, tilt_deg: null } });
    expect(schema.safeParse(halfMeant).success).toBe(false);
  });
});

describe('JSON as text', () => {
  it.each([
    [{ n: '0.4' }, { n: 0.4 }],
    [{ n: ' -1e3 ' }, { n: -1000 }],
    [{ flag: 'true' }, { flag: true }],
    [{ flag: 'False' }, { flag: false }],
    [{ inner: '{"a":1,"b":"2"}' }, { inner: { a: 1, b: '2' } }],
    [{ list: '[{"a":"1"},{"flag":"false"}]' }, { list: [{ a: 1 }, { flag: false }] }],
    [{ list: ['{"a":1}'] }, { list: [{ a: 1 }] }],
    [{ list: { a: 1 } }, { list: [{ a: 1 }] }],
    [{ pair: '[1, "2"]' }, { pair: [1, 2] }],
    [{ pair: ['1', '2'] }, { pair: [1, 2] }],
    [{ names: '["a","b"]' }, { names: ['a', 'b'] }],
    [{ loose: '[{"q":"1"}]' }, { loose: [{ q: '1' }] }],
    [{ calibration: '{"mm_per_pixel":"0.5"}' }, { calibration: { mm_per_pixel: 0.5 } }],
  ])('%j', (args, expected) => {
    expect(read(args)).toEqual({ text: 'x', ...expected });
    expect(schema.safeParse(read(args)).error).toBeUndefined();
  });

  it('that nests deeper than any argument stays text', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(read({ list: deep(500_000) })).toEqual({ text: 'x', list: deep(500_000) });
    expect(read({ loose: `[{"a":${deep(20)}}]` })).toEqual({ text: 'x', loose: `[{"a":${deep(20)}}]` });
    expect(read({ loose: `[{"a":${deep(3)}}]` })).toEqual({ text: 'x', loose: [{ a: [[[]]] }] });
  });

  it('is text where text is wanted', () => {
    for (const text of ['{"a":1}', '[1]', '0.4', 'true', 'null']) {
      expect(read({ text, inner: { b: text }, names: [text], place: text })).toEqual({
        text,
        inner: { b: text },
        names: [text],
        place: text,
      });
    }
    const sheet = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    const words = { calibration: { rectangle_px: sheet, size_mm: 'a4' } };
    expect(read(words)).toEqual({ text: 'x', ...words });
    expect(read({ calibration: { rectangle_px: sheet, size_mm: '[210, 297]' } })).toMatchObject({
      calibration: { size_mm: [210, 297] },
    });
  });

  it.each([
    { n: '0,4' },
    { n: '' },
    { n: 'NaN' },
    { n: 'Infinity' },
    { n: '1e999' },
    { n: '0x10' },
    { n: '007' },
    { n: '1 000' },
    { n: '40 %' },
    { n: '9'.repeat(100) },
    { n: true },
    { flag: 'yes' },
    { flag: '1' },
    { flag: 1 },
    { inner: "{'a': 1}" },
    { inner: '[1]' },
    { inner: '{"a":1} trailing' },
    { inner: '"{\\"a\\":1}"' },
    { names: 'a, b' },
    { pair: '1, 2' },
    { calibration: '0.5' },
    { calibration: '{"mm_per_pixel":' },
  ])('%j is not certain: refused', (args) => {
    expect(schema.safeParse(read(args)).success).toBe(false);
  });
});
