import { AppError } from '../../errors.ts';

export interface Told {
  /** Seconds after which there is a place. */
  readonly retryAfterS: number;
  /** Analyses that wait, of this caller and of all. */
  readonly own: number;
  readonly waiting: number;
}

const ADVICE = 'Send it again after the seconds named in retry_after_s: a place is kept for it.';

/** It is the caller's own many that leave no room. */
export const ownTooMany = ({ retryAfterS, own }: Told): AppError =>
  new AppError('RATE_001', {
    message: `This caller has ${own} analyses waiting or running; one more would not be done in time, or is more than its share.`,
    advice: ADVICE,
    details: { waiting: own },
    retryAfterS,
  });

export const tooMany = ({ retryAfterS, waiting }: Told): AppError =>
  new AppError('SYSTEM_002', {
    message: `Too many analyses are waiting (${waiting}): this one would not be done in time.`,
    advice: ADVICE,
    details: { waiting },
    retryAfterS,
  });

/** It was let in, and then came what was more urgent or whose turn it was, or all took longer than it had. */
export const notBegun = ({ retryAfterS, waiting }: Told, waitedMs: number): AppError =>
  new AppError('SYSTEM_002', {
    message: `The analysis waited for ${Math.round(waitedMs / 100) / 10} s and was not begun; there is not time enough left for it.`,
    advice: ADVICE,
    details: { waiting },
    retryAfterS,
  });
