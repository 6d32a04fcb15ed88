/**
 * Long computations are synchronous, so that nothing outside can stop them. Their loops ask here whether they may go on,
 * and whoever started them says. A thread does one at a time, so that this needs no argument through every function.
 */
let mayGoOn: (() => void) | null = null;
let asked = 0;

/** Asked in loops; throws what `interruptible` was told to. Costs next to nothing: the answer is sought every 64th time. */
export function checkpoint(): void {
  if (mayGoOn !== null && (++asked & 63) === 0) mayGoOn();
}

/** Does synchronous work that ends with what `stop` throws, as soon as it does. */
export function interruptible<T>(stop: () => void, work: () => T): T {
  const outer = mayGoOn;
  mayGoOn = stop;
  try {
    return work();
  } finally {
    mayGoOn = outer;
  }
}
