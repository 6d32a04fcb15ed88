import { ServerFailure } from './server-failure.ts';

/** The types of tensors that our models use, by the protocol's names. */
const TYPES = {
  FP32: { type: 'float32', bytes: 4, of: (raw: ArrayBuffer) => new Float32Array(raw) },
  UINT8: { type: 'uint8', bytes: 1, of: (raw: ArrayBuffer) => new Uint8Array(raw) },
  INT64: { type: 'int64', bytes: 8, of: (raw: ArrayBuffer) => new BigInt64Array(raw) },
} as const;
type Datatype = keyof typeof TYPES;
export type TensorData = Float32Array | Uint8Array | BigInt64Array;

export interface WireTensor {
  readonly name: string;
  /** onnxruntime's name of it: float32. */
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

const isKnown = (datatype: string): datatype is Datatype => Object.hasOwn(TYPES, datatype);

/** onnxruntime's name of a type of the protocol; one that no model of ours has stays as it is. */
export const typeOf = (datatype: string): string => (isKnown(datatype) ? TYPES[datatype].type : datatype);

export function datatypeOf(type: string): string {
  const found = Object.entries(TYPES).find(([, one]) => one.type === type);
  if (!found) throw new TypeError(`the protocol has no name for ${type}`);
  return found[0];
}

/** Bytes of a tensor; throws ServerFailure for a type that is not read here. */
export function bytesOf(datatype: string, dims: readonly number[]): number {
  if (!isKnown(datatype)) throw new ServerFailure('unusable_answer', 'an output has a type that no model of ours has');
  return dims.reduce((product, d) => product * d, TYPES[datatype].bytes);
}

/** Little-endian bytes, as the protocol and all machines that Node.js runs on have them. */
export function fromBytes(datatype: string, raw: Uint8Array): TensorData {
  const own = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength) as ArrayBuffer;
  const data = TYPES[datatype as Datatype].of(own);
  return data instanceof Float32Array ? finite(data) : data;
}

/** A box that is no number reads as a desk on which nothing is. */
function finite(data: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  if (data.every(Number.isFinite)) return data;
  throw new ServerFailure('unusable_answer', 'an output has numbers that are none');
}

export const rawBytes = ({ data }: WireTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Of JSON: exact, a float32 is a double that JSON writes out in full. */
export function toNumbers({ data }: WireTensor): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Numbers of JSON, in however many arrays, as so many numbers of that type. */
export function fromNumbers(datatype: string, nested: unknown, count: number): TensorData {
  const numbers: number[] = [];
  collect(nested, numbers, count, 0);
  if (numbers.length !== count)
    throw new ServerFailure('unusable_answer', 'an output has not as many numbers as its shape');
  if (datatype === 'FP32') return finite(Float32Array.from(numbers));
  if (!numbers.every(Number.isSafeInteger))
    throw new ServerFailure('unusable_answer', 'an output has no whole numbers');
  return datatype === 'UINT8' ? Uint8Array.from(numbers) : BigInt64Array.from(numbers, BigInt);
}

const MOST_DIMS = 8;

function collect(value: unknown, into: number[], most: number, depth: number): void {
  if (typeof value === 'number') {
    if (into.length >= most) throw new ServerFailure('unusable_answer', 'an output has more numbers than its shape');
    into.push(value);
  } else if (Array.isArray(value) && depth < MOST_DIMS) {
    for (const one of value) collect(one, into, most, depth + 1);
  } else throw new ServerFailure('unusable_answer', 'an output holds something other than numbers');
}
