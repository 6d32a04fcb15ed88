import type { OutputFormat } from './format.ts';
import { decodeTopK } from './top-k.ts';

/** Our own detector: uint8 [n, size, size, 3] in, duplicates removed inside the graph, boxes in input pixels. */
export const desk: OutputFormat = {
  space: 'input',
  sizesInput: null,
  outputs: ['labels', 'boxes', 'scores'],
  decode: (outputs, index, { classCount }, threshold) => decodeTopK(outputs, index, classCount, threshold),
};
