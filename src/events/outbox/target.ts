import type { OutgoingEvent, TargetName } from '../../contract/notification.ts';

/** Longest time that one delivery may take, ms. */
export const SEND_MS = 10_000;

/** Where messages go. Holds no queue: it is handed messages in their order, by one server at a time. */
export interface Target {
  readonly name: TargetName;
  /** Events that are handed over at once, at most. */
  readonly batch: number;
  takes(event: OutgoingEvent): boolean;
  /** Resolves when all of them are done with: how many of them went out, for of some nobody is told. Throws DeliveryError. */
  deliver(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<number>;
  /** What waits for another reason than the queue; how much of it went out. `mayDeliver`: whether this server delivers here just now. */
  tend?(mayDeliver: () => Promise<boolean>, signal: AbortSignal): Promise<number>;
  /** Sends something that says that it is a test. Throws DeliveryError. */
  test(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** The reason is in our own words: addresses of targets are secrets. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** This message will never be taken; the next one may be. */
  readonly isFinal: boolean;
  readonly retryAfterMs: number | null;
  /** The receiver said so itself: it was there. */
  readonly isAnswer: boolean;

  constructor(
    reason: string,
    options: { isFinal?: boolean; retryAfterMs?: number | null; isAnswer?: boolean; cause?: unknown } = {},
  ) {
    super(reason, { cause: options.cause });
    this.isAnswer = options.isAnswer ?? false;
    this.isFinal = options.isFinal ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Anything thrown by a target; texts of libraries may name the address and stay out of it. */
export function asDeliveryError(thrown: unknown): DeliveryError {
  if (thrown instanceof DeliveryError) return thrown;
  const { code } = (thrown ?? {}) as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
  return new DeliveryError(`could not be reached${known}`, { cause: thrown });
}
