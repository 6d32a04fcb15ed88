const pieces: (() => void)[] = [];
const computations: (() => void)[] = [];
let isRunning = false;
let before = 0;

/** So many pieces go before the next computation at most: of half a millisecond each, half as long as the longest of those takes. */
const PIECES_BEFORE = 40;

/**
 * Resolves in a turn of the event loop in which nobody else's piece of work runs, in the order of asking. Work that is
 * cut into pieces of SLICE_MS this way keeps the loop free for everything else, however much of it comes at once.
 */
export const nextTurn = (): Promise<void> => turnAmong(pieces);

/**
 * The same for work that takes tens of milliseconds and cannot be cut: it waits for the pieces, so that none of them, such as an
 * answer of the store, waits for more than one computation at a time.
 */
export const nextLongTurn = (): Promise<void> => turnAmong(computations);

/** How long one piece may take, ms. */
export const SLICE_MS = 0.5;

function turnAmong(waiting: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (isRunning) return;
    isRunning = true;
    setImmediate(run);
  });
}

function run(): void {
  const isComputations = computations.length > 0 && (pieces.length === 0 || before >= PIECES_BEFORE);
  before = isComputations ? 0 : before + 1;
  (isComputations ? computations : pieces).shift()?.();
  isRunning = pieces.length + computations.length > 0;
  if (isRunning) setImmediate(run);
}
