const waiting: (() => void)[] = [];

/**
 * Resolves in a turn of the event loop in which nobody else's piece of work runs, in the order of asking. Work that is
 * cut into pieces of SLICE_MS this way keeps the loop free for everything else, however much of it comes at once.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(run);
  });
}

/** How long one piece may take, ms. */
export const SLICE_MS = 0.5;

function run(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(run);
}
