import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncoderEntry } from '../../../src/vision/models/manifest.ts';
import * as onnx from './onnx.ts';

const { node, floats, intsAttribute, intAttribute } = onnx;

/** The mean colour of a picture. */
function imageGraph(): Buffer {
  return onnx.model(
    [
      node('ReduceMean', ['pixel_values'], 'image_embeds', [
        intsAttribute('axes', [2, 3]),
        intAttribute('keepdims', 0),
      ]),
    ],
    [],
    [{ name: 'pixel_values', type: onnx.FLOAT, shape: ['n', 3, 224, 224] }],
    [{ name: 'image_embeds', type: onnx.FLOAT, shape: ['n', 3] }],
  );
}

/** The first three numbers of a text behind its begin. */
function textGraph(): Buffer {
  const pick = Array.from({ length: 77 * 3 }, (_, i) => (Math.floor(i / 3) === 1 + (i % 3) ? 1 : 0));
  return onnx.model(
    [
      node('Cast', ['input_ids'], 'numbers', [intAttribute('to', onnx.FLOAT)]),
      node('MatMul', ['numbers', 'pick'], 'text_embeds'),
    ],
    [floats('pick', [77, 3], pick)],
    [{ name: 'input_ids', type: onnx.INT64, shape: ['n', 77] }],
    [{ name: 'text_embeds', type: onnx.FLOAT, shape: ['n', 3] }],
  );
}

/** A folder with an encoder as small as one can be, in the shape of CLIP. */
export function tinyClip(): { folder: string; entry: EncoderEntry; clean(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'h200-clip-'));
  const write = (file: string, bytes: Buffer) => {
    writeFileSync(join(folder, file), bytes);
    return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), urls: [] };
  };
  const entry: EncoderEntry = {
    name: 'tiny-clip',
    title: 'Tiny encoder',
    version: '1',
    licence: 'MIT',
    note: null,
    dimensions: 3,
    same_desk: null,
    image: write('tiny-image.onnx', imageGraph()),
    text: write('tiny-text.onnx', textGraph()),
    tokenizer: write('tiny-tokenizer.json', Buffer.from(JSON.stringify({ model: { merges: ['m u', 'mu g</w>'] } }))),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ models: [], encoders: [entry] }));
  return { folder, entry, clean: () => rmSync(folder, { recursive: true, force: true }) };
}
