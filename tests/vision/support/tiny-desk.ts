import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadConfig } from '../../../src/config/config.ts';
import { CLASSES } from '../../../src/contract/detection.ts';
import type { Image } from '../../../src/image/image.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { ModelsStore } from '../../../src/vision/models/models-store.ts';
import * as onnx from './onnx.ts';

export const TINY_SIZE = 32;

/** Class and box in input pixels of the three objects; their scores are the mean red, green and blue of the input. */
export const TINY_OBJECTS = [
  { class: 'mug', box: [4, 4, 12, 12] },
  { class: 'coaster', box: [2, 2, 14, 14] },
  { class: 'laptop', box: [16, 8, 40, 24] },
] as const;

export interface TinyOptions {
  /** Number of 512 x 512 matrix products per image: some 10 ms each. */
  readonly work?: number;
  /** First dimension; a name when it may vary. */
  readonly batch?: number | string;
  readonly inputName?: string;
}

/** A model in the form of our own detector whose answer is known: uint8 [n,32,32,3] in, three boxes out. */
export function tinyDesk({ work = 0, batch = 'n', inputName = 'image' }: TinyOptions = {}): Buffer {
  const { node, floats, longs, intAttribute, intsAttribute } = onnx;
  const cast = (to: number) => [intAttribute('to', to)];
  const mean = (axes: number[], keep: number) => [intsAttribute('axes', axes), intAttribute('keepdims', keep)];
  const nodes = [
    node('Cast', [inputName], 'float', cast(onnx.FLOAT)),
    node('ReduceMean', ['float'], 'mean', mean([1, 2], 0)),
    node('Div', ['mean', 'full'], 'bare'),
    ...slowly(work),
    node('Add', ['bare', 'zero'], 'scores'),
    node('Mul', ['scores', 'nothing'], 'zeros'),
    node('Add', ['zeros', 'classes'], 'labels_float'),
    node('Cast', ['labels_float'], 'labels', cast(onnx.INT64)),
    node('Unsqueeze', ['zeros', 'last'], 'zeros_column'),
    node('Add', ['zeros_column', 'corners'], 'boxes'),
  ];
  const initializers = [
    floats('full', [1], [255]),
    floats('nothing', [1], [0]),
    ...(work === 0 ? [floats('zero', [1], [0])] : []),
    ...(work > 0 ? [longs('square', [512, 512]), floats('small', [1], [1 / 512])] : []),
    floats(
      'classes',
      [3],
      TINY_OBJECTS.map((o) => CLASSES.indexOf(o.class)),
    ),
    longs('last', [-1]),
    floats(
      'corners',
      [1, 3, 4],
      TINY_OBJECTS.flatMap((o) => [...o.box]),
    ),
  ];
  const shape = (...dims: number[]) => [batch, ...dims];
  return onnx.model(
    nodes,
    initializers,
    [{ name: inputName, type: onnx.UINT8, shape: shape(TINY_SIZE, TINY_SIZE, 3) }],
    [
      { name: 'boxes', type: onnx.FLOAT, shape: shape(3, 4) },
      { name: 'scores', type: onnx.FLOAT, shape: shape(3) },
      { name: 'labels', type: onnx.INT64, shape: shape(3) },
    ],
  );
}

/** Matrix products that depend on the input, so that they are not folded away, and add nothing to the scores. */
function slowly(work: number): Buffer[] {
  if (work === 0) return [];
  const { node, intAttribute, intsAttribute } = onnx;
  const products = Array.from({ length: work }, (_, i) =>
    node('MatMul', [`product_${i}`, 'product_0'], `product_${i + 1}`),
  );
  return [
    node('ReduceMean', ['bare'], 'level', [intsAttribute('axes', [0, 1]), intAttribute('keepdims', 0)]),
    node('Mul', ['level', 'small'], 'cell'),
    node('Expand', ['cell', 'square'], 'product_0'),
    ...products,
    node('ReduceMean', [`product_${work}`], 'end', [intsAttribute('axes', [0, 1]), intAttribute('keepdims', 0)]),
    node('Mul', ['end', 'nothing'], 'zero'),
  ];
}

export function tinyEntry(bytes: Buffer, changes: Partial<ModelEntry> = {}): ModelEntry {
  return {
    name: 'tiny',
    warning: null,
    companion: [],
    embedding: null,
    recall: null,
    inference: 'single',
    tiled: null,
    title: 'Tiny test model',
    version: '1',
    file: 'tiny.onnx',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    alternatives: [],
    urls: [],
    licence: 'MIT',
    opt_in: false,
    notice: null,
    note: null,
    format: 'desk',
    input: {
      size: TINY_SIZE,
      fit: 'letterbox-centre',
      channels: 'rgb',
      scale: 'raw',
      layout: 'nhwc',
      dtype: 'uint8',
      pad: 0,
    },
    classes: [...CLASSES],
    threshold: 0.3,
    class_thresholds: {},
    nms_iou: null,
    max_detections: 100,
    box_noise: null,
    rank: -1,
    ...changes,
  };
}

/** A models folder of its own that holds the given models and their manifest; `clean` removes it. */
export function modelsFolder(models: readonly { entry: ModelEntry; bytes?: Buffer }[]) {
  const folder = mkdtempSync(join(tmpdir(), 'h200-models-'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ models: models.map((m) => m.entry) }));
  for (const { entry, bytes } of models) if (bytes) writeFileSync(join(folder, entry.file), bytes);
  return { folder, clean: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A store that knows only the folder's models; the package's own are out of the way. */
export function onlyFolder(folder: string, model?: string): ModelsStore {
  const config = loadConfig({ H200_MODELS_DIR: folder, H200_MODEL: model });
  return new ModelsStore(config, join(folder, 'no-package'));
}

/** An image of one colour. */
export async function plain(rgb: readonly [number, number, number], width = 64, height = 64): Promise<Image> {
  const [r, g, b] = rgb;
  const bytes = await sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, format: 'png', bytes, width, height, focal35mm: null, label: 'plain' };
}
