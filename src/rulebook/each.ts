import { AppError, toAppError } from '../errors.ts';

/** For all of them together, ms. */
const LIMIT_MS = 30_000;

export interface EachDone<R> {
  readonly total: number;
  readonly results: readonly ({ readonly index: number } & R)[];
  readonly errors: readonly { readonly index: number; readonly error: AppError }[];
}

/**
 * One after the other; one that is refused does not spoil the others. What there is no time for any more, or nobody waits for, is
 * among the errors (ANALYSIS_003, ANALYSIS_006) and was not begun.
 */
export async function each<T, R extends object>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  { signal, limitMs = LIMIT_MS }: { readonly signal?: AbortSignal; readonly limitMs?: number } = {},
): Promise<EachDone<R>> {
  const until = performance.now() + limitMs;
  const results: ({ index: number } & R)[] = [];
  const errors: { index: number; error: AppError }[] = [];
  for (const [index, item] of items.entries()) {
    try {
      if (signal?.aborted) throw new AppError('ANALYSIS_006');
      if (performance.now() >= until) throw tooLong();
      results.push({ index, ...(await run(item)) });
    } catch (thrown) {
      errors.push({ index, error: toAppError(thrown) });
    }
  }
  return { total: items.length, results, errors };
}

const tooLong = () =>
  new AppError('ANALYSIS_003', {
    message: 'There was no time left for this one: it was not begun.',
    advice: 'Send it again, with fewer others.',
  });
