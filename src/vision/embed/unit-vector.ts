import { ShapeError } from '../runtime/shape-error.ts';

/** Of length 1. Throws ShapeError for what is no vector of so many numbers that has a direction. */
export function unitVector(data: unknown, dimensions: number): Float32Array {
  if (!(data instanceof Float32Array) || data.length !== dimensions) {
    throw new ShapeError(`it gave no ${dimensions} numbers`);
  }
  const length = Math.hypot(...data);
  if (!(length > 0) || !Number.isFinite(length)) throw new ShapeError('it gave a vector without a direction');
  return Float32Array.from(data, (value) => value / length);
}
