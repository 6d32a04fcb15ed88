import type { DeadLetter, TargetStatus } from '../contract/notification.ts';
import type { Page, PageRequest } from '../contract/page.ts';

/** Where one caller wants to hear of one thing. */
export interface CallbackAddress {
  /** Of one queue: what goes there goes in order. Holds no spaces. */
  readonly name: string;
  readonly owner: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Signs time and body as those of webhooks are signed; null: they are not. */
  readonly secret: string | null;
}

export interface CallbackMessage {
  /** The same however often it comes. */
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly body: string;
}

/** Messages to addresses that callers named: hosts of the public internet, and those that the operator lists. */
export interface Callbacks {
  /** Throws VALIDATION_007 for an address that is never called. No name is looked up. */
  check(url: string): void;
  /**
   * Durable when it resolves: from then on it is delivered at least once, behind what was sent to the same address before.
   * Throws SYSTEM_002 where too much waits.
   */
  send(to: CallbackAddress, message: CallbackMessage): Promise<void>;
  /** What waits for it is not sent. */
  drop(name: string): Promise<void>;
  /** Null: nothing waits, and this process knows of nothing that was sent. */
  status(): Promise<TargetStatus | null>;
  /** Also those of other targets; newest first. */
  deadLetters(page: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts a dead letter at the end of its queue, with the id it had; false where there is none of a callback. */
  replay(id: string): Promise<boolean>;
  forget(id: string): Promise<boolean>;
  /** Delivers what waits, from now on. */
  start(): void;
  close(): Promise<void>;
}
