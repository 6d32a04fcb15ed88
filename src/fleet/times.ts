/** Milliseconds. */
export interface FleetTimes {
  /** Between two looks at all servers. */
  readonly everyMs: number;
  /** Between two looks at one that somebody waits for. */
  readonly pollMs: number;
  /** Longest wait for one to get where it should. */
  readonly waitMs: number;
  /** Longest answer of the provider to one request, its own tries included. */
  readonly askMs: number;
  /** What was asked may show at the provider so much later. */
  readonly settleMs: number;
  /** Whoever looks after the fleet has it for so long: longer than two looks. */
  readonly leaseMs: number;
  /** How often it is written down that a server is in use; and how old that may be where a request is let through at once. */
  readonly useMs: number;
  /** Before it is stopped for being idle, it is said. */
  readonly warnMs: number;
  /** Between two looks at the bills. */
  readonly billMs: number;
}

export const TIMES: FleetTimes = {
  everyMs: 30_000,
  pollMs: 3000,
  waitMs: 600_000,
  askMs: 120_000,
  settleMs: 120_000,
  leaseMs: 75_000,
  useMs: 10_000,
  warnMs: 120_000,
  billMs: 3_600_000,
};

/** How long hours, bills and terminated servers are kept. */
export const KEPT_MS = 92 * 86_400_000;

/** Servers at once, terminated ones left out. */
export const MOST_SERVERS = 50;
