import { WEIGHTS } from '../runtime/inference-server/weights.ts';
import type { PortShape } from '../runtime/session.ts';

export interface TritonModel {
  readonly name: string;
  readonly sha256: string;
  readonly inputs: readonly PortShape[];
  readonly outputs: readonly PortShape[];
}

export interface TritonOptions {
  readonly maxBatch: number;
  /** How long the first run of a batch waits for others, µs. */
  readonly queueDelayUs: number;
}

/** The first line of every config.pbtxt that was written here. */
export const MADE_BY = '# Made by h200-mug.';

const TYPES: Readonly<Record<string, string>> = {
  float32: 'TYPE_FP32',
  float16: 'TYPE_FP16',
  uint8: 'TYPE_UINT8',
  int32: 'TYPE_INT32',
  int64: 'TYPE_INT64',
};

/** Of a graph that takes one image at a time, as many copies run side by side. */
const COPIES = 2;

/** Every tensor has a first dimension that may vary: the server may put several images into one run. */
export const takesBatches = ({ inputs, outputs }: TritonModel): boolean =>
  [...inputs, ...outputs].every(({ shape }) => typeof shape[0] === 'string');

/**
 * A config.pbtxt of NVIDIA Triton (protobuf text, model_config.proto) for the ONNX backend. It names the weights, so that
 * who uses the server can tell that they are the ones it knows.
 */
export function tritonConfig(model: TritonModel, { maxBatch, queueDelayUs }: TritonOptions): string {
  const batches = takesBatches(model);
  const port = ({ name, type, shape }: PortShape) =>
    `  { name: ${quoted(name)} data_type: ${typeName(type)} dims: [ ${dims(shape, batches).join(', ')} ] }`;
  const blank = ({ name, type, shape }: PortShape) =>
    `    inputs { key: ${quoted(name)} value { data_type: ${typeName(type)} dims: [ ${dims(shape, batches).join(', ')} ] zero_data: true } }`;
  const ports = (all: readonly PortShape[]) => all.map(port).join(',\n');
  return [
    `${MADE_BY} Exported again, it is written anew.`,
    `name: ${quoted(model.name)}`,
    'backend: "onnxruntime"',
    'default_model_filename: "model.onnx"',
    `max_batch_size: ${batches ? maxBatch : 0}`,
    `input [\n${ports(model.inputs)}\n]`,
    `output [\n${ports(model.outputs)}\n]`,
    batches
      ? `dynamic_batching { max_queue_delay_microseconds: ${queueDelayUs} }`
      : `# Its graph takes one image at a time, so there are no batches.\ninstance_group [ { count: ${COPIES} kind: KIND_AUTO } ]`,
    `model_warmup [\n  {\n    name: "blank"\n    batch_size: ${batches ? 1 : 0}\n${model.inputs.map(blank).join('\n')}\n  }\n]`,
    `parameters { key: ${quoted(WEIGHTS)} value { string_value: ${quoted(model.sha256)} } }`,
    '',
  ].join('\n');
}

const dims = (shape: PortShape['shape'], batches: boolean) =>
  shape.slice(batches ? 1 : 0).map((d) => (typeof d === 'string' ? -1 : d));

function typeName(type: string): string {
  const name = TYPES[type];
  if (name === undefined) throw new TypeError(`Triton has no name for ${type}`);
  return name;
}

/** Names come out of a graph: whatever they hold stays inside the quotes. */
const quoted = (text: string) =>
  `"${[...Buffer.from(text)].map((b) => (b >= 32 && b < 127 && b !== 34 && b !== 92 ? String.fromCharCode(b) : `\\${b.toString(8).padStart(3, '0')}`)).join('')}"`;
