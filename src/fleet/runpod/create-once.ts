import { AppError, toAppError } from '../../errors.ts';
import { Silence } from './refusal.ts';
import type { Clock } from './settings.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Creating<T extends Named> {
  readonly name: string;
  /** One try; not ended by the signal once it is sent. */
  create(): Promise<T>;
  /** All there are. */
  list(): Promise<readonly T[]>;
  remove(one: T): Promise<void>;
}

const TRIES = 3;
/** Before each look for what may have been created, ms. */
const LOOKS = [0, 1000, 3000];

/**
 * Creates a thing of this name once. Where the answer is lost it is looked for by its name, and created again only where RunPod
 * said that it failed and nothing of the name is there; should two have come of it, all but one are removed. Every error after a
 * lost answer leaves open whether it exists, and has `details.may_exist`: what a gateway calls failed may come into being later.
 */
export async function createOnce<T extends Named>(made: Creating<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  let lost: unknown = null;
  for (let tries = 1; ; tries++) {
    let one: T | null = null;
    try {
      one = await made.create();
      if (lost === null) return one;
    } catch (thrown) {
      const mayBeDone = thrown instanceof Silence && thrown.mayBeDone;
      if (!mayBeDone && lost === null) throw thrown;
      lost = thrown;
    }
    const found = await look(made, one, clock, signal);
    if (found !== null) return found;
    const failed = lost instanceof Silence && lost.answered;
    if (!failed || tries >= TRIES || signal.aborted) throw open(made, lost);
  }
}

/** Whatever has the name: the one that is known, else the first; null: nothing has. */
async function look<T extends Named>(
  made: Creating<T>,
  known: T | null,
  clock: Clock,
  signal: AbortSignal,
): Promise<T | null> {
  try {
    for (const ms of LOOKS) {
      if (ms > 0 && !signal.aborted) await clock.sleep(ms, signal).catch(() => {});
      const all = await namedSo(made);
      const one = known ?? all[0];
      if (one === undefined) continue;
      for (const other of all) if (other.id !== one.id) await made.remove(other);
      return one;
    }
    return null;
  } catch (thrown) {
    throw open(made, thrown);
  }
}

/** RunPod marks names of endpoints with FlashBoot in some places. */
const namedSo = async <T extends Named>(made: Creating<T>): Promise<T[]> =>
  (await made.list()).filter(({ name }) => name === made.name || name === `${made.name} -fb`);

function open({ name }: { name: string }, thrown: unknown): AppError {
  const cause = toAppError(thrown);
  return new AppError('SERVER_004', {
    message: 'Nobody knows whether RunPod has created the server: its answer was lost.',
    advice: 'List the servers in a minute: it is found by the name in details.may_exist, or was not created.',
    details: { ...cause.details, may_exist: name },
    ...(cause.retryAfterS !== undefined && { retryAfterS: cause.retryAfterS }),
    cause,
  });
}
