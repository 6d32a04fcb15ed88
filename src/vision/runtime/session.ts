import { readFile } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../errors.ts';
import { type Found, finish } from '../detect/finish.ts';
import { type OutputFormat, type OutputTensor, type PortShape, ShapeError } from '../detect/formats/format.ts';
import { FORMATS } from '../detect/formats/index.ts';
import { fillTensor, tensorDims, tensorLength } from '../detect/tensor.ts';
import { acceptedFiles } from '../models/entry.ts';
import { sha256OfBytes } from '../models/hash.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { Provider, WorkItem } from './protocol.ts';
import { filledBatch, profitsFromBatches } from './providers.ts';
import { type OrtModule, sessionOptions } from './runtime.ts';
import { atOnce, type Turn } from './turns.ts';

/** Reads the model file and compares it with the manifest: what is checked here is what the session gets. */
export async function readModel(entry: ModelEntry, path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('ANALYSIS_001', { message: 'The model file cannot be read.', details: model(entry), cause });
  });
  const sha256 = sha256OfBytes(bytes);
  if (!acceptedFiles(entry).some((f) => f.sha256 === sha256)) {
    throw new AppError('ANALYSIS_007', { details: { ...model(entry), bytes: bytes.byteLength, sha256 } });
  }
  return bytes;
}

const model = (entry: ModelEntry) => ({ model: entry.name, file: entry.file });

/** One loaded model in one thread. */
export class ModelSession {
  readonly dynamicBatch: boolean;
  private readonly ort: OrtModule;
  private readonly session: InferenceSession;
  private readonly entry: ModelEntry;
  private readonly format: OutputFormat;
  private readonly imageInput: string;
  private readonly turn: Turn;
  private readonly fillsBatches: boolean;
  /** Input memory, reused by every run of the same batch size. */
  private buffer: Float32Array | Uint8Array = new Uint8Array(0);

  private constructor(ort: OrtModule, session: InferenceSession, entry: ModelEntry, provider: Provider, turn: Turn) {
    this.ort = ort;
    this.session = session;
    this.entry = entry;
    this.turn = turn;
    this.format = FORMATS[entry.format];
    const input = checkInputs(session.inputMetadata as readonly PortShape[], entry, this.format.sizesInput);
    this.imageInput = input.name;
    this.dynamicBatch = typeof input.shape[0] === 'string';
    this.fillsBatches = this.dynamicBatch && profitsFromBatches(provider);
    const missing = (this.format.outputs ?? []).filter((name) => !session.outputNames.includes(name));
    if (missing.length > 0) throw new ShapeError(`there is no output "${missing.join('", "')}"`);
  }

  /** Throws what the runtime throws when the provider cannot be used; ShapeError when the graph is another one. */
  static async create(
    ort: OrtModule,
    entry: ModelEntry,
    bytes: Uint8Array,
    provider: Provider,
    threads: number,
    turn: Turn = atOnce,
  ): Promise<ModelSession> {
    const session = await turn(() => ort.InferenceSession.create(bytes, sessionOptions(provider, threads)));
    return new ModelSession(ort, session, entry, provider, turn);
  }

  /** One run for all pictures. Returns the objects of each and the time of `session.run` alone, ms. */
  async detect(items: readonly WorkItem[]): Promise<{ found: Found[][]; runMs: number }> {
    const feeds = this.feeds(items);
    const [results, runMs] = await this.turn(async () => {
      const start = performance.now();
      return [await this.session.run(feeds), performance.now() - start] as const;
    });
    const names = this.format.outputs ?? this.session.outputNames.slice(0, 1);
    const outputs = names.map((name) => results[name] as OutputTensor | undefined);
    const tensors = outputs.filter((o): o is OutputTensor => o !== undefined);
    const found = items.map(({ picture, threshold }, i) =>
      finish(this.format, tensors, i, this.entry, picture.fit, threshold),
    );
    return { found, runMs };
  }

  async release(): Promise<void> {
    await this.turn(() => this.session.release());
  }

  private feeds(items: readonly WorkItem[]): Record<string, Tensor> {
    const { ort, entry } = this;
    const { input } = entry;
    const length = tensorLength(input);
    const count = this.fillsBatches ? filledBatch(items.length) : items.length;
    const rows = Array.from({ length: count }, (_, row) => items[Math.min(row, items.length - 1)]!.picture);
    if (this.buffer.length !== length * count) {
      this.buffer = new (input.dtype === 'float32' ? Float32Array : Uint8Array)(length * count);
    }
    rows.forEach((picture, i) => {
      fillTensor(this.buffer.subarray(i * length, (i + 1) * length), picture, input);
    });
    const image = new ort.Tensor(input.dtype, this.buffer, tensorDims(input, count)) as Tensor;
    if (this.format.sizesInput === null) return { [this.imageInput]: image };
    const sizes = rows.flatMap(({ fit }) => [BigInt(fit.imageWidth), BigInt(fit.imageHeight)]);
    const sizesTensor = new ort.Tensor('int64', BigInt64Array.from(sizes), [count, 2]);
    return { [this.imageInput]: image, [this.format.sizesInput]: sizesTensor };
  }
}

/** The image input, when the inputs are those that the manifest describes. */
function checkInputs(inputs: readonly PortShape[], entry: ModelEntry, sizesInput: string | null): PortShape {
  const [input, ...others] = inputs.filter((i) => i.name !== sizesInput);
  if (!input || others.length > 0 || inputs.length !== (sizesInput === null ? 1 : 2)) {
    throw new ShapeError(`its inputs are "${inputs.map((i) => i.name).join('", "')}"`);
  }
  const want = tensorDims(entry.input, 1);
  const fits =
    input.type === entry.input.dtype &&
    input.shape.length === 4 &&
    input.shape.every((d, i) => typeof d === 'string' || d === want[i]);
  if (!fits) {
    throw new ShapeError(`its input is ${input.type}[${input.shape}], the manifest says ${entry.input.dtype}[${want}]`);
  }
  return input;
}
