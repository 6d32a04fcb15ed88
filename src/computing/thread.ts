import { interruptible } from '../checkpoint.ts';
import { toAppError } from '../errors.ts';
import { COMPUTATIONS } from './catalogue.ts';
import { BEGUN, type Reply, type Request, STOP } from './protocol.ts';

const STOPPED = Symbol('stopped');

/** What a computing thread does with one request. */
export default function compute({ name, input, state }: Request): Reply {
  Atomics.store(state, BEGUN, 1);
  const stop = () => {
    if (Atomics.load(state, STOP) !== 0) throw STOPPED;
  };
  try {
    stop();
    return { output: interruptible(stop, () => COMPUTATIONS.get(name)!.run(input as never)) };
  } catch (thrown) {
    if (thrown === STOPPED) return { stopped: true };
    const { code, message, advice, details, retryAfterS } = toAppError(thrown);
    return { failure: { code, message, advice, details, retryAfterS } };
  }
}
