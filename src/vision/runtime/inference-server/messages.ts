import * as z from 'zod';
import { ServerFailure } from './server-failure.ts';
import {
  bytesOf,
  datatypeOf,
  fromBytes,
  fromNumbers,
  rawBytes,
  toNumbers,
  typeOf,
  type WireTensor,
} from './tensors.ts';

/**
 * Requests and answers of the Open Inference Protocol (KServe v2), with its binary tensor extension where the server has it:
 * https://github.com/kserve/open-inference-protocol and Triton's protocol/extension_binary_data.md.
 */
export const HEADER_LENGTH = 'inference-header-content-length';
export const BINARY = 'binary_tensor_data';

const Name = z.string().min(1).max(256);
/** −1: it varies. */
const Shape = z
  .array(
    z
      .int()
      .min(-1)
      .max(2 ** 31),
  )
  .max(8);
const Port = z.object({ name: Name, datatype: z.string().max(16), shape: Shape });
export type Port = z.infer<typeof Port>;

export const ServerMetadata = z.object({
  name: z.string().max(256).default(''),
  version: z.string().max(256).default(''),
  extensions: z.array(z.string().max(256)).max(256).default([]),
});

export type ServerMetadata = z.infer<typeof ServerMetadata>;

export const ModelMetadata = z.object({
  name: Name,
  inputs: z.array(Port).min(1).max(64),
  outputs: z.array(Port).min(1).max(64),
});
export type ModelMetadata = z.infer<typeof ModelMetadata>;

/** Triton's, beside the protocol. */
export const ModelConfiguration = z.object({
  parameters: z.record(z.string(), z.object({ string_value: z.string().max(4096).optional() })).default({}),
});

const Answer = z.object({
  outputs: z
    .array(
      z.object({
        name: Name,
        datatype: z.string().max(16),
        shape: z
          .array(
            z
              .int()
              .min(0)
              .max(2 ** 31),
          )
          .max(8),
        parameters: z.object({ binary_data_size: z.int().min(0).optional() }).optional(),
        data: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(64),
});

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export function encodeRequest(inputs: readonly WireTensor[], wanted: readonly string[], binary: boolean): Message {
  const raw = binary ? inputs.map(rawBytes) : [];
  const head = Buffer.from(
    JSON.stringify({
      inputs: inputs.map((one, i) => ({
        name: one.name,
        shape: one.dims,
        datatype: datatypeOf(one.type),
        ...(binary ? { parameters: { binary_data_size: raw[i]!.byteLength } } : { data: toNumbers(one) }),
      })),
      outputs: wanted.map((name) => ({ name, parameters: { binary_data: binary } })),
    }),
  );
  if (!binary) return { headers: { 'content-type': 'application/json' }, body: head };
  return {
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
    body: Buffer.concat([head, ...raw]),
  };
}

/**
 * The wanted outputs. Nothing in the answer is believed: names, types, shapes and sizes must be those that the model's
 * metadata promised, and fill the body to its last byte. Throws ServerFailure.
 */
export function decodeAnswer(
  { body, headerLength }: { readonly body: Uint8Array; readonly headerLength: string | undefined },
  wanted: readonly string[],
  promised: readonly Port[],
): Record<string, WireTensor> {
  const jsonLength = headerLength === undefined ? body.byteLength : wholeNumber(headerLength);
  if (jsonLength > body.byteLength) throw unusable('its header is longer than the answer');
  const { outputs } = parse(Answer, body.subarray(0, jsonLength), 'answer');
  const found: Record<string, WireTensor> = {};
  let at = jsonLength;
  for (const { name, datatype, shape, parameters, data } of outputs) {
    const bytes = bytesOf(datatype, shape);
    const size = parameters?.binary_data_size;
    if (size !== undefined && size !== bytes) throw unusable('an output has another size than its shape');
    if (size !== undefined && at + size > body.byteLength) throw unusable('it is cut off');
    const from = at;
    at += size ?? 0;
    if (!wanted.includes(name)) continue;
    if (Object.hasOwn(found, name)) throw unusable('an output comes twice');
    const port = promised.find((one) => one.name === name);
    if (!port || port.datatype !== datatype || !fits(shape, port.shape)) {
      throw unusable(`an output is ${datatype}[${shape}] instead of ${port?.datatype}[${port?.shape}]`);
    }
    const values =
      size === undefined
        ? fromNumbers(
            datatype,
            data,
            shape.reduce((product, d) => product * d, 1),
          )
        : fromBytes(datatype, body.subarray(from, at));
    found[name] = { name, type: typeOf(datatype), dims: shape, data: values };
  }
  if (at !== body.byteLength) throw unusable('more bytes follow than its outputs have');
  if (!wanted.every((name) => Object.hasOwn(found, name))) throw unusable('an output is missing');
  return found;
}

const fits = (shape: readonly number[], promised: readonly number[]) =>
  shape.length === promised.length && promised.every((d, i) => d === -1 || d === shape[i]);

/** JSON of the server as `schema` describes it. Throws ServerFailure, without the server's words. */
export function parse<T extends z.ZodType>(schema: T, body: Uint8Array, what: string): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new ServerFailure('unusable_answer', `its ${what} is not JSON`, cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ServerFailure('unusable_answer', `its ${what} is not as the protocol says`, parsed.error);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw unusable('the length of its header is no number');
  return Number(text);
}

const unusable = (problem: string) => new ServerFailure('unusable_answer', problem);
