import { expect, it } from 'vitest';
import { fromBytes, fromNumbers } from '../../src/vision/runtime/inference-server/tensors.ts';

const bytes = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);

it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]])('an answer with %d is none', (bad) => {
  expect(() => fromBytes('FP32', bytes(0.5, bad))).toThrow('numbers that are none');
  expect(() => fromNumbers('FP32', [0.5, bad], 2)).toThrow('numbers that are none');
  expect(() => fromNumbers('FP32', [0.5, 1e39], 2)).toThrow('numbers that are none');
  expect(fromBytes('FP32', bytes(0.5, 1))).toEqual(Float32Array.from([0.5, 1]));
});
