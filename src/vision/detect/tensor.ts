import type { ModelInput } from '../models/manifest.ts';
import type { ResizedImage } from './resized-image.ts';

/** v / 255 for every byte, rounded to float32 once. */
const UNIT = Float32Array.from({ length: 256 }, (_, v) => v / 255);
const RAW = Float32Array.from({ length: 256 }, (_, v) => v);

/** Numbers in the tensor of one image. */
export function tensorLength(input: ModelInput): number {
  return 3 * input.size * input.size;
}

/** Dimensions of a batch of `n` images. */
export function tensorDims({ layout, size }: ModelInput, n: number): number[] {
  return layout === 'nchw' ? [n, 3, size, size] : [n, size, size, 3];
}

/** Writes one image into `target` (its own part of the batch tensor, `tensorLength` long), padding included. */
export function fillTensor(target: Float32Array | Uint8Array, image: ResizedImage, input: ModelInput): void {
  const { size } = input;
  const { width, height } = image.fit;
  const table = input.scale === 'unit' && input.dtype === 'float32' ? UNIT : RAW;
  if (width !== size || height !== size) target.fill(table[input.pad]!);
  if (input.layout === 'nchw') fillPlanes(target, image, input, table);
  else fillRows(target, image, input, table);
}

function fillPlanes(
  target: Float32Array | Uint8Array,
  { pixels, fit }: ResizedImage,
  { size, channels }: ModelInput,
  table: Float32Array,
): void {
  const plane = size * size;
  const red = channels === 'rgb' ? 0 : 2 * plane;
  const green = plane;
  const blue = channels === 'rgb' ? 2 * plane : 0;
  let from = 0;
  for (let y = 0; y < fit.height; y++) {
    const row = (y + fit.padY) * size + fit.padX;
    for (let to = row; to < row + fit.width; to++, from += 3) {
      target[red + to] = table[pixels[from]!]!;
      target[green + to] = table[pixels[from + 1]!]!;
      target[blue + to] = table[pixels[from + 2]!]!;
    }
  }
}

function fillRows(
  target: Float32Array | Uint8Array,
  { pixels, fit }: ResizedImage,
  { size, channels, dtype }: ModelInput,
  table: Float32Array,
): void {
  const line = 3 * fit.width;
  for (let y = 0; y < fit.height; y++) {
    const to = 3 * ((y + fit.padY) * size + fit.padX);
    const from = y * line;
    if (dtype === 'uint8' && channels === 'rgb') {
      target.set(pixels.subarray(from, from + line), to);
      continue;
    }
    const swap = channels === 'bgr' ? 2 : 0;
    for (let i = 0; i < line; i += 3) {
      target[to + i] = table[pixels[from + i + swap]!]!;
      target[to + i + 1] = table[pixels[from + i + 1]!]!;
      target[to + i + 2] = table[pixels[from + i + 2 - swap]!]!;
    }
  }
}
