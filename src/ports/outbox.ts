import type {
  DeadLetter,
  OutgoingEvent,
  TargetName,
  TargetState,
  TargetStatus,
  TestOutcome,
} from '../contract/notification.ts';
import type { Page, PageRequest } from '../contract/page.ts';

/** Messages that leave the house. */
export interface Outbox {
  /** The configured ones. */
  readonly targets: readonly TargetName[];
  /** Durable when it resolves: from then on it is delivered at least once, in order, to each target that takes it. */
  accept(event: OutgoingEvent): Promise<void>;
  status(): Promise<TargetStatus[]>;
  states(): TargetState[];
  /** At once, outside the queue; null: the target is not configured. */
  test(target: TargetName, signal?: AbortSignal): Promise<TestOutcome | null>;
  /** Newest first. */
  deadLetters(page: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts it at the end of its queue, with the id it had; false where there is none. */
  replay(id: string): Promise<boolean>;
  forget(id: string): Promise<boolean>;
  /** Waits so long at most, ms, until what can be delivered was delivered; whether nothing waits. */
  settle(ms: number): Promise<boolean>;
}

/** Who makes pictures of analyses. */
export interface Renderer {
  /** Asks how the render is that somebody says to be done; false: the token is none of ours. */
  confirm(analysisId: string, token: string): Promise<boolean>;
}
