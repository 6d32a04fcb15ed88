import { int, message, text } from './protobuf.ts';

/** Writes small ONNX graphs (opset 13) for tests, so that no weights of anyone are needed. */

export const FLOAT = 1;
export const UINT8 = 2;
export const INT64 = 7;

export interface Port {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly (number | string)[];
}

export function node(op: string, inputs: string[], output: string, attributes: Buffer[] = []): Buffer {
  return message(
    1,
    ...inputs.map((i) => text(1, i)),
    text(2, output),
    text(3, `${op}_${output}`),
    text(4, op),
    ...attributes,
  );
}

export function intAttribute(name: string, value: number): Buffer {
  return message(5, text(1, name), int(3, value), int(20, 2));
}

export function intsAttribute(name: string, values: number[]): Buffer {
  return message(5, text(1, name), ...values.map((v) => int(8, v)), int(20, 7));
}

export function floats(name: string, dims: number[], values: number[]): Buffer {
  return tensor(name, FLOAT, dims, Buffer.from(Float32Array.from(values).buffer));
}

export function longs(name: string, values: number[]): Buffer {
  return tensor(name, INT64, [values.length], Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer));
}

function tensor(name: string, type: number, dims: number[], raw: Buffer): Buffer {
  return message(5, ...dims.map((d) => int(1, d)), int(2, type), text(8, name), message(9, raw));
}

export function model(nodes: Buffer[], initializers: Buffer[], inputs: Port[], outputs: Port[]): Buffer {
  const graph = message(
    7,
    ...nodes,
    text(2, 'test'),
    ...initializers,
    ...inputs.map((p) => port(11, p)),
    ...outputs.map((p) => port(12, p)),
  );
  return Buffer.concat([int(1, 8), text(2, 'h200-mug tests'), graph, message(8, int(2, 13))]);
}

function port(field: number, { name, type, shape }: Port): Buffer {
  const dims = shape.map((d) => message(1, typeof d === 'number' ? int(1, d) : text(2, d)));
  return message(field, text(1, name), message(2, message(1, int(1, type), message(2, ...dims))));
}
