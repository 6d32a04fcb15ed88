import type { Session } from '../../runtime/session.ts';
import { ShapeError } from '../../runtime/shape-error.ts';
import type { LoadedTask, WorkerTask } from '../../runtime/task.ts';
import { unitVector } from '../unit-vector.ts';
import type { ClipConfig } from './image-task.ts';
import { CONTEXT } from './tokenizer.ts';

/** Numbers of a text in (see `Tokenizer`), a vector of length 1 out. */
const texts: WorkerTask<ClipConfig, Int32Array, Float32Array> = {
  async load({ dimensions }, open) {
    const session = await open();
    const names = session.inputs.map(({ name }) => name);
    if (!names.includes('input_ids') || names.some((name) => name !== 'input_ids' && name !== MASK)) {
      throw new ShapeError(`its inputs are "${names.join('", "')}"`);
    }
    if (!session.outputNames.includes(OUTPUT)) throw new ShapeError(`there is no output "${OUTPUT}"`);
    return loaded(session, dimensions, names.includes(MASK));
  },
  blank: () => new Int32Array(CONTEXT).fill(49_407, 1, 2).fill(49_406, 0, 1),
};
export default texts;

const OUTPUT = 'text_embeds';
const MASK = 'attention_mask';

function loaded(session: Session, dimensions: number, masked: boolean): LoadedTask<Int32Array, Float32Array> {
  const tensor = (values: BigInt64Array) =>
    new session.Tensor('int64', values, [1, CONTEXT]) as InstanceType<typeof session.Tensor>;
  return {
    dynamicBatch: false,
    async run(all) {
      const outputs: Float32Array[] = [];
      let runMs = 0;
      for (const ids of all) {
        const input_ids = tensor(BigInt64Array.from(ids, BigInt));
        // Everything up to the end is looked at; the encoder itself looks at nothing behind it.
        const used = ids.findLastIndex((id) => id !== 0) + 1;
        const mask = BigInt64Array.from(ids, (_, at) => (at < used ? 1n : 0n));
        const ran = await session.run({ input_ids, ...(masked && { [MASK]: tensor(mask) }) }, [OUTPUT]);
        outputs.push(unitVector(ran.results[OUTPUT]?.data, dimensions));
        runMs += ran.runMs;
      }
      return { outputs, runMs };
    },
    dispose: () => session.release(),
  };
}
