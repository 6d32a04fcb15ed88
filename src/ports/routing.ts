import type { Routing, RoutingEntry } from '../contract/routing.ts';

/** Which backend gets how many of the analyses, for all instances of one record store. */
export interface RoutingTable {
  get(): Promise<Routing>;
  /** One write, seen by every instance within 2 s. `conflict`, and nothing is done: it is not of that revision any more. */
  replace(
    expectedRevision: number,
    entries: readonly RoutingEntry[],
    rolloutId: string | null,
  ): Promise<Routing | 'conflict'>;
}

/** What was sent to one backend in a time, whoever of us sent it. */
export interface Traffic {
  readonly requests: number;
  /** Those that brought no answer, and went elsewhere. */
  readonly errors: number;
  /** Of those that brought an answer, to 5 %; null: none did. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
}

export interface BackendTraffic {
  /** From our own measurements, in steps of 10 s; what was measured in the last 5 s may be missing. 24 h are kept. */
  between(backendId: string, from: Date, to: Date): Promise<Traffic>;
}

export interface SmokeResult {
  readonly ok: boolean;
  readonly detail: string;
  /** Objects and verdicts are those that this process finds; null: it could not compare. */
  readonly same: boolean | null;
  readonly objects_here: number | null;
  readonly objects_there: number | null;
  readonly took_ms: number;
}

/** Neither throws for what is wrong there: `detail` says it. Both throw the signal's reason. */
export interface BackendProbe {
  health(entry: RoutingEntry, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** Has one of our example desks analysed there. */
  smoke(entry: RoutingEntry, signal: AbortSignal): Promise<SmokeResult>;
}
