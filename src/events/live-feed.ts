import { randomUUID } from 'node:crypto';
import { can, INTERNALS } from '../access/can.ts';
import type { Permission, Principal } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import type { Topic } from '../ports/bus.ts';
import type { Live, LiveMessage } from '../ports/live.ts';

/** What it takes to hear of a topic; single messages may ask for more. */
export const TOPIC_PERMISSION: Readonly<Record<Topic, Permission>> = {
  activity: 'analysis:read',
  alerts: 'servers:read',
  metrics: INTERNALS.metrics,
  logs: 'servers:read',
};

/** Messages that are kept for who comes back. */
const KEPT = 1000;

/** Whose a message is, or what it takes besides to hear it; nobody's: of the system. */
export type Audience =
  | { readonly owner: string; readonly scope?: 'mine' | 'everyone'; readonly needs?: Permission }
  | { readonly needs: Permission };

interface Kept {
  readonly message: LiveMessage;
  readonly audience: Audience | null;
}

interface Listener {
  readonly principal: Principal;
  readonly topics: ReadonlySet<Topic>;
  readonly onMessage: (message: LiveMessage) => void;
}

/** Hands each message to those who listen to its topic and may hear of it. */
export class LiveFeed implements Live {
  readonly run = randomUUID().slice(0, 8);
  private readonly now: () => Date;
  private readonly kept: Kept[] = [];
  private readonly listeners = new Set<Listener>();
  private number = 0;

  constructor(now: () => Date = () => new Date()) {
    this.now = now;
  }

  /** Whether anybody listens to the topic. */
  hasListener(topic: Topic): boolean {
    return [...this.listeners].some(({ topics }) => topics.has(topic));
  }

  publish(what: Pick<LiveMessage, 'type' | 'topic' | 'data'>, audience: Audience | null = null): void {
    this.number += 1;
    const message: LiveMessage = { number: this.number, ...what, timestamp: this.now().toISOString() };
    this.kept.push({ message, audience });
    if (this.kept.length > KEPT) this.kept.shift();
    for (const listener of this.listeners) tell(listener, { message, audience });
  }

  listen(
    { principal }: Parameters<Live['listen']>[0],
    topics: readonly Topic[],
    { after, onMessage }: Parameters<Live['listen']>[2],
  ): () => void {
    this.demandAll(principal, topics);
    const listener: Listener = { principal, topics: new Set(topics), onMessage };
    if (after !== undefined) {
      for (const one of this.kept) if (one.message.number > after) tell(listener, one);
    }
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Throws AUTH_003 with the topic that the caller may not hear. */
  demandAll(principal: Principal, topics: readonly Topic[]): void {
    for (const topic of topics) {
      if (can(principal, TOPIC_PERMISSION[topic])) continue;
      const details = { topic, permission: TOPIC_PERMISSION[topic], role: principal.role };
      throw new AppError('AUTH_003', {
        message: `This caller may not hear "${topic}".`,
        advice: 'Leave it out of the topics, or use a caller with the permission named in the details.',
        details,
      });
    }
  }

  close(): void {
    this.listeners.clear();
  }
}

function tell({ principal, topics, onMessage }: Listener, { message, audience }: Kept): void {
  if (!topics.has(message.topic)) return;
  if (audience === null || mayHear(principal, message.topic, audience)) onMessage(message);
}

function mayHear(principal: Principal, topic: Topic, audience: Audience): boolean {
  const { needs } = audience;
  if (needs !== undefined && !can(principal, needs)) return false;
  return !('owner' in audience) || can(principal, TOPIC_PERMISSION[topic], audience);
}
