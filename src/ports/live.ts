import type { CallContext } from '../contract/call-context.ts';
import type { Topic } from './bus.ts';

/** Something that happened, for those who watch. */
export interface LiveMessage {
  /** Grows by one with every message of this process. */
  readonly number: number;
  readonly type: 'metrics' | 'log' | 'alert' | 'activity' | 'system_status' | 'server_event';
  readonly topic: Topic;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
}

export interface Listening {
  /** Messages after this number that are still known come first. */
  readonly after?: number;
  readonly onMessage: (message: LiveMessage) => void;
}

/** What goes on, as it happens. Metrics and the state of the system are looked at while somebody listens. */
export interface Live {
  /** Another one in every process: numbers of one mean nothing in another. */
  readonly run: string;
  /** Throws AUTH_003 for a topic that the caller may not hear. Returns the function that ends it. */
  listen(ctx: CallContext, topics: readonly Topic[], listening: Listening): () => void;
  close(): void;
}
