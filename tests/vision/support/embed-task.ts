import type { Session } from '../../../src/vision/runtime/session.ts';
import { ShapeError } from '../../../src/vision/runtime/shape-error.ts';
import type { LoadedTask, WorkerTask } from '../../../src/vision/runtime/task.ts';

/** A task that is no detection: numbers in, a vector of each out. */
export interface EmbedConfig {
  readonly size: number;
  /** [0] counts runs, [1] inputs in them, [2] disposals; a disposal waits [3] milliseconds before it begins. */
  readonly seen: Int32Array;
}

/** What `run` answers to these first numbers. */
export const BROKEN = 666;
export const HANGING = 667;

const embed: WorkerTask<EmbedConfig, Float32Array, Float32Array> = {
  async load({ size, seen }, open) {
    const session = await open();
    const [input] = session.inputs;
    if (input?.shape[1] !== size) throw new ShapeError(`its input has ${input?.shape[1]} numbers`);
    return loaded(session, size, seen);
  },
  blank: ({ size }) => new Float32Array(size),
};
export default embed;

function loaded(session: Session, size: number, seen: Int32Array): LoadedTask<Float32Array, Float32Array> {
  return {
    dynamicBatch: typeof session.inputs[0]!.shape[0] === 'string',
    async run(inputs) {
      if (inputs.some((numbers) => numbers[0] === BROKEN)) throw new Error('a broken input');
      if (inputs.some((numbers) => numbers[0] === HANGING)) await new Promise((resolve) => setTimeout(resolve, 300));
      Atomics.add(seen, 0, 1);
      Atomics.add(seen, 1, inputs.length);
      const data = new Float32Array(inputs.length * size);
      inputs.forEach((numbers, row) => {
        data.set(numbers, row * size);
      });
      const { results, runMs } = await session.run({
        numbers: new session.Tensor('float32', data, [inputs.length, size]),
      });
      const vectors = results.vector as unknown as { data: Float32Array; dims: readonly number[] };
      const width = vectors.dims[1]!;
      return { outputs: inputs.map((_, row) => vectors.data.slice(row * width, (row + 1) * width)), runMs };
    },
    async dispose() {
      await new Promise((resolve) => setTimeout(resolve, Atomics.load(seen, 3)));
      await session.release();
      Atomics.add(seen, 2, 1);
    },
  };
}
