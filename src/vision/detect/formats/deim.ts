import type { OutputFormat } from './format.ts';
import { decodeTopK } from './top-k.ts';

/** DEIM, D-FINE and RT-DETR exports: boxes come back in pixels of the size given in `orig_target_sizes`. */
export const deim: OutputFormat = {
  space: 'image',
  sizesInput: 'orig_target_sizes',
  outputs: ['labels', 'boxes', 'scores'],
  decode: (outputs, index, { classCount }, threshold) => decodeTopK(outputs, index, classCount, threshold),
};
