import type { BackendKind } from '../contract/routing.ts';

/** Our program on a server, by the provider's id of that. */
export interface WorkerAddress {
  readonly kind: Exclude<BackendKind, 'here' | 'queue'>;
  readonly providerId: string;
  /** What it asks for; null: nothing. Sent to it alone. */
  readonly token: string | null;
}

/**
 * Our program on rented servers. Whatever keeps a usable answer away is SERVER_007, whose message says in our words what; the
 * signal's end is told there as well (a job is cancelled) and thrown as its reason.
 */
export interface GpuWorkers {
  /** JSON as it came; a stranger's, not checked. */
  compute(to: WorkerAddress, work: Buffer, signal: AbortSignal): Promise<unknown>;
  /** Who it is, likewise. */
  introduce(to: WorkerAddress, signal: AbortSignal): Promise<unknown>;
  /** Whether it could take an analysis; asks for no worker to be started. */
  health(to: WorkerAddress, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>;
}
