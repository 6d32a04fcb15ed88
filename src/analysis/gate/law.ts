/** The part of the time limit within which the last of those who wait is to be done: some that come later go before it. */
export const PLANNED = 0.7;
/**
 * Added to what one is told to wait: a share in which the pace may fall off, and up to another by chance, so that not all come at
 * the same moment.
 */
export const MORE = { always: 0.1, byChance: 0.15 } as const;
/** What one is told to wait at least, ms. */
export const LEAST_WAIT_MS = 1000;
/** Of those who were told to come. */
export const MOST_APPOINTMENTS = 1000;
/** A place is kept for who comes so much later than told, ms. */
export const KEPT_MS = 5000;
