import type { ModelEntry } from '../../models/manifest.ts';
import { ShapeError } from '../../runtime/shape-error.ts';
import type { Candidates } from '../nms.ts';

export interface OutputTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}
export type Outputs = Readonly<Record<string, OutputTensor>>;

/** How the outputs of one family of models are read. */
export interface OutputFormat {
  /** Pixels that the decoded boxes are in: those of the model's input or of the upright image. */
  readonly space: 'input' | 'image';
  /** Name of an int64 [n,2] input that takes width and height of each upright image; null when there is none. */
  readonly sizesInput: string | null;
  /** Names of the outputs, in the order that `decode` wants; null: the model's single output whatever its name. */
  readonly outputs: readonly string[] | null;
  /**
   * Boxes of image `index` of the batch with a score of at least `threshold`.
   * Throws ShapeError when the outputs, or scores, labels and boxes in them, are not those of this format.
   */
  decode(outputs: readonly OutputTensor[], index: number, entry: DecodeEntry, threshold: number): Candidates;
}

export type DecodeEntry = Pick<ModelEntry, 'input'> & { readonly classCount: number };

export function floats(tensor: OutputTensor | undefined, what: string): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new ShapeError(`${what} is not float32`);
  return tensor.data;
}

export function expectDims(tensor: OutputTensor, want: readonly (number | null)[], what: string): void {
  const fits = tensor.dims.length === want.length && want.every((w, i) => w === null || tensor.dims[i] === w);
  if (!fits) {
    throw new ShapeError(`${what} has shape [${tensor.dims}] instead of [${want.map((w) => w ?? 'n').join()}]`);
  }
}

export function noCandidates(): Candidates {
  return { boxes: [], scores: [], classes: [] };
}

/** Half precision may end a little beside 0 and 1. */
const TOLERANCE = 0.01;

/** What is no probability, NaN included, is not of this format: read as a low score it would be a desk on which nothing is. */
export function probability(value: number): number {
  if (value >= -TOLERANCE && value <= 1 + TOLERANCE) return value;
  throw new ShapeError(`a score is ${value}, which is no probability`);
}

/** Pixels; no photo is so wide. */
const FARTHEST = 1e6;

/** Adds a box. Throws ShapeError for one that is none. */
export function add(
  to: Candidates,
  box: readonly [number, number, number, number],
  score: number,
  classIndex: number,
): void {
  if (!box.every((at) => Math.abs(at) <= FARTHEST)) throw new ShapeError(`a box is [${box}]`);
  to.boxes.push(...box);
  to.scores.push(score);
  to.classes.push(classIndex);
}
