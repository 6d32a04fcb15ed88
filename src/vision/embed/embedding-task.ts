import { letterbox } from '../detect/letterbox.ts';
import type { ResizedImage } from '../detect/resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from '../detect/tensor.ts';
import type { ModelInput } from '../models/manifest.ts';
import type { Session } from '../runtime/session.ts';
import { ShapeError } from '../runtime/shape-error.ts';
import type { LoadedTask, TaskRun, WorkerTask } from '../runtime/task.ts';
import { unitVector } from './unit-vector.ts';

/** What a detector's graph says besides its boxes: one vector of a picture. */
export interface FeatureConfig {
  readonly input: ModelInput;
  readonly output: string;
  readonly dimensions: number;
  /** Taken away from vectors of length 1: what all pictures have in common. */
  readonly centre: readonly number[] | null;
}

/** Scaled images in, a vector of length 1 of each out. */
const features: WorkerTask<FeatureConfig, ResizedImage, Float32Array> = {
  load: async (config, open) => new LoadedFeatures(config, await open()),
  blank({ input }) {
    const fit = letterbox({ width: input.size, height: input.size }, input);
    return { pixels: new Uint8Array(3 * input.size * input.size), fit };
  },
};
export default features;

class LoadedFeatures implements LoadedTask<ResizedImage, Float32Array> {
  /** It runs beside the detector and is in no hurry. */
  readonly dynamicBatch = false;
  private readonly config: FeatureConfig;
  private readonly session: Session;
  private readonly buffer: Float32Array | Uint8Array;

  constructor(config: FeatureConfig, session: Session) {
    if (session.inputs.length !== 1) throw new ShapeError('it has not one input');
    if (!session.outputNames.includes(config.output)) throw new ShapeError(`there is no output "${config.output}"`);
    this.config = config;
    this.session = session;
    const { input } = config;
    this.buffer = new (input.dtype === 'float32' ? Float32Array : Uint8Array)(tensorLength(input));
  }

  async run(images: readonly ResizedImage[]): Promise<TaskRun<Float32Array>> {
    const { input, output, dimensions, centre } = this.config;
    const { Tensor, inputs } = this.session;
    const outputs: Float32Array[] = [];
    let runMs = 0;
    for (const image of images) {
      fillTensor(this.buffer, image, input);
      const tensor = new Tensor(input.dtype, this.buffer, tensorDims(input, 1)) as InstanceType<typeof Tensor>;
      const ran = await this.session.run({ [inputs[0]!.name]: tensor }, [output]);
      const vector = unitVector(ran.results[output]?.data, dimensions);
      outputs.push(
        centre === null
          ? vector
          : unitVector(
              vector.map((value, i) => value - centre[i]!),
              dimensions,
            ),
      );
      runMs += ran.runMs;
    }
    return { outputs, runMs };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
