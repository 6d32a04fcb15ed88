import type { Tensor } from 'onnxruntime-node';
import type { ModelEntry } from '../models/manifest.ts';
import { batchRows } from '../runtime/providers.ts';
import type { PortShape, Session } from '../runtime/session.ts';
import { ShapeError } from '../runtime/shape-error.ts';
import type { LoadedTask, TaskRun, WorkerTask } from '../runtime/task.ts';
import type { OutputFormat, OutputTensor } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';
import { letterbox } from './letterbox.ts';
import { type PackedDetections, pack } from './packed-detections.ts';
import { postprocess } from './postprocess.ts';
import type { ResizedImage } from './resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from './tensor.ts';

export interface DetectionJob {
  readonly image: ResizedImage;
  /** 0..1 */
  readonly threshold: number;
}

/** Scaled images in, detections of each out: what a worker does with a detector. */
const detection: WorkerTask<ModelEntry, DetectionJob, PackedDetections> = {
  load: async (entry, open) => new LoadedDetector(entry, await open()),
  blank(entry) {
    const { size } = entry.input;
    const fit = letterbox({ width: size, height: size }, entry.input);
    return { image: { pixels: new Uint8Array(3 * size * size), fit }, threshold: 1 };
  },
};
export default detection;

type InputBuffer = Float32Array | Uint8Array;

class LoadedDetector implements LoadedTask<DetectionJob, PackedDetections> {
  readonly dynamicBatch: boolean;
  private readonly entry: ModelEntry;
  private readonly session: Session;
  private readonly format: OutputFormat;
  private readonly imageInput: string;
  private readonly outputNames: readonly string[];
  /** Input memory of runs that ended, for those of the same batch size. A server may have several at once. */
  private readonly spare: InputBuffer[] = [];

  constructor(entry: ModelEntry, session: Session) {
    this.entry = entry;
    this.session = session;
    this.format = FORMATS[entry.format];
    const input = checkInputs(session.inputs, entry, this.format.sizesInput);
    this.imageInput = input.name;
    this.dynamicBatch = typeof input.shape[0] === 'string';
    const missing = (this.format.outputs ?? []).filter((name) => !session.outputNames.includes(name));
    if (missing.length > 0) throw new ShapeError(`there is no output "${missing.join('", "')}"`);
    this.outputNames = this.format.outputs ?? session.outputNames.slice(0, 1);
  }

  async run(jobs: readonly DetectionJob[]): Promise<TaskRun<PackedDetections>> {
    const buffer = this.bufferFor(jobs.length);
    const { results, runMs } = await this.session.run(this.feeds(jobs, buffer), this.outputNames);
    this.spare.push(buffer);
    const tensors = this.outputNames
      .map((name) => results[name] as OutputTensor | undefined)
      .filter((o): o is OutputTensor => o !== undefined);
    const outputs = jobs.map(({ image, threshold }, i) =>
      pack(postprocess(this.format, tensors, i, this.entry, image.fit, threshold)),
    );
    return { outputs, runMs };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private rowsOf(jobs: number): number {
    return this.dynamicBatch ? batchRows(this.session.provider, jobs) : jobs;
  }

  private bufferFor(jobs: number): InputBuffer {
    const { input } = this.entry;
    const length = tensorLength(input) * this.rowsOf(jobs);
    const spare = this.spare.pop();
    if (spare?.length === length) return spare;
    return new (input.dtype === 'float32' ? Float32Array : Uint8Array)(length);
  }

  private feeds(jobs: readonly DetectionJob[], buffer: InputBuffer): Record<string, Tensor> {
    const { Tensor } = this.session;
    const { input } = this.entry;
    const length = tensorLength(input);
    const count = this.rowsOf(jobs.length);
    const rows = Array.from({ length: count }, (_, row) => jobs[Math.min(row, jobs.length - 1)]!.image);
    rows.forEach((image, i) => {
      fillTensor(buffer.subarray(i * length, (i + 1) * length), image, input);
    });
    const tensor = new Tensor(input.dtype, buffer, tensorDims(input, count)) as Tensor;
    if (this.format.sizesInput === null) return { [this.imageInput]: tensor };
    const sizes = rows.flatMap(({ fit }) => [BigInt(fit.imageWidth), BigInt(fit.imageHeight)]);
    const sizesTensor = new Tensor('int64', BigInt64Array.from(sizes), [count, 2]);
    return { [this.imageInput]: tensor, [this.format.sizesInput]: sizesTensor };
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
