import type { WorkerTask } from '../../../src/vision/runtime/task.ts';

/** [0] counts the threads that begin to open a session: the first of a process takes long, all of it inside onnxruntime. */
const opening: WorkerTask<Int32Array, Float32Array, Float32Array> = {
  async load(begun, open) {
    Atomics.add(begun, 0, 1);
    for (;;) await (await open()).release();
  },
  blank: () => new Float32Array(3),
};
export default opening;
