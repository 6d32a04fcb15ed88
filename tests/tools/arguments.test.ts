import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readArguments } from '../../src/gateway/lenient/read-arguments.ts';
import { TOOLS } from '../../tools/index.ts';

/** What a call's arguments become before the tool runs, as real models and people write them. */
const toolOf = (name: string) => TOOLS.find((tool) => tool.name === name)!;
const read = (name: string, args: unknown) => readArguments(toolOf(name), args) as Record<string, unknown>;
const refused = (name: string, args: unknown) => {
  try {
    read(name, args);
  } catch (thrown) {
    return thrown as Error & { code: string; details: Record<string, unknown> };
  }
  throw new Error(`accepted: ${JSON.stringify(args)}`);
};

/** The least that each tool needs. */
const LEAST: Record<string, Record<string, unknown>> = {
  analyze_batch: { images: ['a.jpg'] },
  camera_status: { camera: 'desk' },
  get_annotated_image: { analysis_id: 'ana_1' },
  update_rule: { rule_id: 'rule_1' },
};
const OPTIONAL = TOOLS.flatMap((tool) =>
  Object.entries(tool.input.shape)
    .filter(([, schema]) => schema.safeParse(undefined).success)
    .map(([field]) => [tool.name, field] as const),
);

describe('null', () => {
  it.each(OPTIONAL)('%s: %s may be null', (name, field) => {
    const least = LEAST[name] ?? {};
    expect(read(name, { ...least, [field]: null })).toEqual(read(name, least));
  });

  it('counts as absent inside too', () => {
    const detection = { class: 'mug', bbox: [1, 2, 30, 40] };
    const zone = {
      name: 'mat',
      polygon_px: [
        [0, 0],
        [5, 0],
        [5, 5],
      ],
    };
    const args = {
      detections: [{ ...detection, confidence: null }],
      size: { width: 64, height: 48 },
      zones: [{ ...zone, kind: null }],
      calibration: { mm_per_pixel: 0.5, sigma: null },
    };
    expect(read('analyze_image', args)).toMatchObject({
      detections: [{ ...detection, confidence: 1 }],
      zones: [{ kind: 'zone' }],
      calibration: { mm_per_pixel: 0.5 },
    });
  });

  it('is refused where something is needed', () => {
    expect(refused('analyze_batch', { images: null }).code).toBe('VALIDATION_002');
    expect(refused('analyze_batch', {}).code).toBe('VALIDATION_001');
    expect(refused('update_rule', { rule_id: null }).code).toBe('VALIDATION_002');
  });
});

it('takes JSON text for what is no text', () => {
  expect(
    read('analyze_image', {
      image: 'a.jpg',
      calibration: '{"mm_per_pixel":0.5}',
      detections: '[{"class":"mug","bbox":["1","2","30","40"]}]',
      threshold: '0.4',
      store: 'false',
      movable: '["mug"]',
      context: '7',
    }),
  ).toMatchObject({
    calibration: { mm_per_pixel: 0.5 },
    detections: [{ class: 'mug', bbox: [1, 2, 30, 40], confidence: 1 }],
    threshold: 0.4,
    store: false,
    movable: ['mug'],
    context: '7',
  });
  expect(read('calibrate', { width: '640', height: '480' })).toMatchObject({ width: 640, height: 480 });
  expect(read('list_rules', { limit: '5', enabled: 'true' })).toMatchObject({ limit: 5, enabled: true });
  expect(refused('analyze_image', { image: 'a.jpg', threshold: '0,4' }).message).toContain('threshold');
});

it('an image that is no text is told what text is meant', () => {
  expect(refused('analyze_image', { image: { path: 'a.jpg' } }).message).toMatch(
    /must be text: a file path, file:\/\/, https:\/\/ or data: URL, or the id ana_/,
  );
});

it('mm_per_pixel beside the image is the calibration; other parts of it are told where they belong', () => {
  for (const given of [0.5, '0.5']) {
    expect(read('analyze_image', { image: 'a.jpg', mm_per_pixel: given }).calibration).toEqual({ mm_per_pixel: 0.5 });
  }
  expect(refused('analyze_image', { image: 'a.jpg', mm_per_pixel: -1 }).message).toContain('mm_per_pixel');
  const { message } = refused('analyze_image', { image: 'a.jpg', points_px: [], points_mm: [] });
  expect(message).toContain('give "points_px", "points_mm" inside "calibration"');
  expect(refused('analyze_image', { image: 'a.jpg', nonsense: 1 }).message).not.toContain('inside');
});

describe('other names', () => {
  const names = ['file_path', 'image_path', 'path', 'filename', 'photo', 'file'];
  it.each(names)('%s is the image, or one of the images', (name) => {
    for (const tool of ['analyze_image', 'test_rule']) expect(read(tool, { [name]: 'a.jpg' }).image).toBe('a.jpg');
    expect(read('analyze_batch', { [name]: 'a.jpg' }).images).toEqual(['a.jpg']);
    expect(read('analyze_batch', { [`${name}s`]: ['a.jpg', 'b.jpg'] }).images).toEqual(['a.jpg', 'b.jpg']);
  });

  it('one image is a batch of it, and a list may be JSON text', () => {
    expect(read('analyze_batch', { images: 'a.jpg' }).images).toEqual(['a.jpg']);
    expect(read('analyze_batch', { images: 'desk, left.jpg' }).images).toEqual(['desk, left.jpg']);
    expect(read('analyze_batch', { images: '[draft] desk.jpg' }).images).toEqual(['[draft] desk.jpg']);
    expect(read('analyze_batch', { images: '["a.jpg","b.jpg"]' }).images).toEqual(['a.jpg', 'b.jpg']);
    expect(read('analyze_batch', { image: 'a.jpg', images: ['a.jpg'] }).images).toEqual(['a.jpg']);
  });

  it('are refused where they disagree, with both', () => {
    const error = refused('analyze_image', { image: 'a.jpg', path: 'b.jpg' });
    expect(error).toMatchObject({ code: 'VALIDATION_002', details: { field: 'image', fields: ['image', 'path'] } });
    expect(error.message).toBe(
      'Both are the argument "image", and they differ: "image" says "a.jpg", "path" says "b.jpg".',
    );
    expect(refused('analyze_image', { file: 'a.jpg', path: 'b.jpg' }).message).toContain('"file" says');
    expect(refused('analyze_batch', { images: ['a.jpg'], paths: ['a.jpg', 'b.jpg'] }).code).toBe('VALIDATION_002');
  });

  it('enabled_only: false lists all rules, not the disabled ones', () => {
    expect(read('list_rules', { enabled_only: true }).enabled).toBe(true);
    for (const all of [false, 'false', 'False', null]) {
      expect(read('list_rules', { enabled_only: all })).not.toHaveProperty('enabled');
    }
  });
});

it('takes points with names', () => {
  const corners = [
    { x: 0, y: 0 },
    { x: '640', y: 0 },
    { y: 480, x: 640 },
  ];
  const plain = [
    [0, 0],
    [640, 0],
    [640, 480],
  ];
  const zones = [{ name: 'mat', polygon_px: corners }];
  expect(read('analyze_image', { table_corners: corners, zones })).toMatchObject({
    table_corners: plain,
    zones: [{ polygon_px: plain }],
  });
  const strange = [...corners.slice(1), { x: 1, y: 1, z: 1 }];
  expect(refused('analyze_image', { table_corners: strange }).message).toContain('table_corners.2');
});

it('advertises none of it', () => {
  for (const { input } of TOOLS) {
    const json = JSON.stringify(z.toJSONSchema(input, { io: 'input' }));
    expect(json).not.toMatch(/file_path/);
  }
});
