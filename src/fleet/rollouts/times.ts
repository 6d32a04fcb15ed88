/** Milliseconds. */
export interface RolloutTimes {
  /** Between two looks of whoever drives it. */
  readonly everyMs: number;
  /** Who drives it has it for so long. */
  readonly leaseMs: number;
  /** Every instance has seen a change of the weights by then. */
  readonly seenMs: number;
  /** What was measured is told by then. */
  readonly measuredMs: number;
  /** A server that is not to be had is tried for so long. */
  readonly createMs: number;
  /** The same while nothing runs in its place. */
  readonly downMs: number;
  /** Between two tries. */
  readonly retryMs: number;
  /** From being made to being up. */
  readonly bootMs: number;
  /** A new server that runs is well by then. */
  readonly checkMs: number;
  /** Requests that are under way end by then. */
  readonly drainMs: number;
  /** An old server that was stopped is had back by then. */
  readonly backMs: number;
  /** Whatever ends servers is tried for so long. */
  readonly endMs: number;
  /** Longest answer of one check. */
  readonly probeMs: number;
}

const MINUTE = 60_000;

export const ROLLOUT_TIMES: RolloutTimes = {
  everyMs: 3000,
  leaseMs: 75_000,
  seenMs: 5000,
  measuredMs: 15_000,
  createMs: 15 * MINUTE,
  downMs: 3 * MINUTE,
  retryMs: MINUTE,
  bootMs: 15 * MINUTE,
  checkMs: 5 * MINUTE,
  drainMs: 15 * MINUTE,
  backMs: 10 * MINUTE,
  endMs: 120 * MINUTE,
  probeMs: 60_000,
};
