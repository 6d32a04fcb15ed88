import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CalibrationInput } from '../../../src/contract/calibration.ts';
import { invalidArguments } from '../../../src/gateway/lenient/invalid-arguments.ts';
import { toPortableJsonSchema } from '../../../src/gateway/mcp/protocol/schema.ts';

describe('invalidArguments', () => {
  const schema = z.strictObject({
    image: z.string(),
    calibration: CalibrationInput.optional(),
    mode: z.enum(['a', 'b']).optional(),
  });
  const problem = (args: unknown) => {
    const { error } = schema.safeParse(args);
    return error && invalidArguments(error, schema);
  };

  it('tells missing from wrong', () => {
    expect(problem({})?.code).toBe('VALIDATION_001');
    expect(problem({ image: 1 })?.code).toBe('VALIDATION_002');
  });
  it('names the field, the allowed values and the known arguments', () => {
    expect(problem({ image: 'a', mode: 'c' })?.message).toContain('mode: must be one of a, b');
    expect(problem({ image: 'a', colour: 1 })?.details.known_arguments).toEqual(['image', 'calibration', 'mode']);
  });
  it('explains a union by the form that was most likely meant', () => {
    expect(problem({ image: 'a', calibration: { mm_per_pixel: -1 } })?.details.problems).toEqual([
      { field: 'calibration.mm_per_pixel', problem: 'must be at least 0.0001' },
    ]);
    expect(problem({ image: 'a', calibration: { camera_height_mm: 500 } })?.message).toContain('calibration.tilt_deg');
  });
  it('stays short', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`.repeat(50), i]));
    expect(JSON.stringify(problem({ image: 'a', ...many })).length).toBeLessThan(10_000);
  });
});

describe('toPortableJsonSchema', () => {
  it('keeps a property whose name is a keyword', () => {
    const schema = z.strictObject({ required: z.number(), enum: z.string(), pattern: z.string(), format: z.string() });
    for (const io of ['input', 'output'] as const) {
      expect(Object.keys(toPortableJsonSchema(schema, io).properties as object)).toEqual([
        'required',
        'enum',
        'pattern',
        'format',
      ]);
    }
  });
  it('shares what is used twice in an output and nothing in an input', () => {
    const point = z.strictObject({
      horizontal: z.number().describe('to the right'),
      vertical: z.number().describe('down'),
    });
    const schema = z.strictObject({ a: point, b: point, c: z.array(point) });
    expect(toPortableJsonSchema(schema, 'output').$defs).toBeDefined();
    expect(toPortableJsonSchema(schema, 'input').$defs).toBeUndefined();
  });
  it('turns tuples into arrays and null unions into types', () => {
    const schema = z.strictObject({ box: z.tuple([z.number(), z.number()]), mm: z.number().nullable().describe('mm') });
    expect(toPortableJsonSchema(schema, 'output').properties).toEqual({
      box: { type: 'array', items: { type: 'number' } },
      mm: { type: ['number', 'null'], description: 'mm' },
    });
  });
});
