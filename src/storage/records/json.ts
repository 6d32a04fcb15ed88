import { AppError } from '../../errors.ts';
import { nextTurn, SLICE_MS } from '../../turns.ts';

/** Throws DB_002 for a value that has no JSON. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new AppError('DB_002', { message: 'The record cannot be written as JSON.', cause });
  }
}

/** A list piece by piece: `work` on a long one would hold up the event loop. */
export async function each<A, B>(items: readonly A[], work: (item: A) => B): Promise<B[]> {
  const done: B[] = [];
  let start = performance.now();
  for (const item of items) {
    if (performance.now() - start > SLICE_MS) {
      await nextTurn();
      start = performance.now();
    }
    done.push(work(item));
  }
  return done;
}
