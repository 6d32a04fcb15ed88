import type { Session } from '../../runtime/session.ts';
import { ShapeError } from '../../runtime/shape-error.ts';
import type { LoadedTask, WorkerTask } from '../../runtime/task.ts';
import { unitVector } from '../unit-vector.ts';
import { planesOf, SIDE } from './pixels.ts';

export interface ClipConfig {
  readonly dimensions: number;
}

/** Middles of pictures in (see `middleOf`), a vector of length 1 of each out. */
const images: WorkerTask<ClipConfig, Uint8Array, Float32Array> = {
  async load({ dimensions }, open) {
    const session = await open();
    if (session.inputs.length !== 1 || session.inputs[0]?.name !== 'pixel_values')
      throw new ShapeError('its input is not "pixel_values"');
    if (!session.outputNames.includes(OUTPUT)) throw new ShapeError(`there is no output "${OUTPUT}"`);
    return loaded(session, dimensions);
  },
  blank: () => new Uint8Array(3 * SIDE * SIDE),
};
export default images;

const OUTPUT = 'image_embeds';

function loaded(session: Session, dimensions: number): LoadedTask<Uint8Array, Float32Array> {
  const planes = new Float32Array(3 * SIDE * SIDE);
  return {
    dynamicBatch: false,
    async run(pictures) {
      const outputs: Float32Array[] = [];
      let runMs = 0;
      for (const picture of pictures) {
        planesOf(picture, planes);
        const input = new session.Tensor('float32', planes, [1, 3, SIDE, SIDE]) as InstanceType<typeof session.Tensor>;
        const ran = await session.run({ pixel_values: input }, [OUTPUT]);
        outputs.push(unitVector(ran.results[OUTPUT]?.data, dimensions));
        runMs += ran.runMs;
      }
      return { outputs, runMs };
    },
    dispose: () => session.release(),
  };
}
