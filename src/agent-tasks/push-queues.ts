import { setTimeout as sleep } from 'node:timers/promises';
import type { WebPost } from '../ports/web-post.ts';
import type { Log } from '../telemetry/log.ts';
import type { PushMessage, PushTarget } from './service.ts';

export interface PushLimits {
  /** Tries of one message. */
  readonly tries: number;
  /** Before the second try; doubled before each further one, ms. */
  readonly waitMs: number;
  /** Messages that may wait for one target; the oldest that is not the last word goes. */
  readonly waiting: number;
  /** Targets that are sent to at once. */
  readonly targets: number;
  /** Characters that may wait for all. */
  readonly characters: number;
}

export const PUSH_LIMITS: PushLimits = { tries: 5, waitMs: 1000, waiting: 32, targets: 256, characters: 16 * 2 ** 20 };

interface Item extends PushMessage {
  readonly last: boolean;
}

/** Messages to addresses of callers: in order for each target, again where it fails, and no target waits for another. */
export class PushQueues {
  private readonly post: WebPost;
  private readonly log: Log;
  private readonly limits: PushLimits;
  private readonly queues = new Map<string, Item[]>();
  private readonly end = new AbortController();
  private characters = 0;

  constructor(post: WebPost, log: Log, limits: Partial<PushLimits> = {}) {
    this.post = post;
    this.log = log;
    this.limits = { ...PUSH_LIMITS, ...limits };
  }

  add(key: string, target: PushTarget, message: PushMessage, last: boolean): void {
    if (this.end.signal.aborted) return;
    const queue = this.queues.get(key);
    const full =
      (queue === undefined && this.queues.size >= this.limits.targets) ||
      this.characters + message.body.length > this.limits.characters;
    if (full) {
      this.log.warn({ target: target.id }, 'a push notification was dropped: too many wait');
      return;
    }
    this.characters += message.body.length;
    const item = { ...message, last };
    if (queue !== undefined) {
      queue.push(item);
      if (queue.length > this.limits.waiting) this.dropOne(queue, target);
      return;
    }
    const begun = [item];
    this.queues.set(key, begun);
    void this.drain(key, target, begun);
  }

  close(): void {
    this.end.abort();
  }

  /** The first is under way. */
  private dropOne(queue: Item[], target: PushTarget): void {
    const at = queue.findIndex((item, i) => i > 0 && !item.last);
    const [dropped] = queue.splice(at === -1 ? 1 : at, 1);
    this.characters -= dropped?.body.length ?? 0;
    this.log.warn({ target: target.id }, 'a push notification was dropped: its target is too slow');
  }

  private async drain(key: string, target: PushTarget, queue: Item[]): Promise<void> {
    for (let item = queue[0]; item !== undefined; item = queue[0]) {
      const sent = await this.send(target, item);
      queue.shift();
      this.characters -= item.body.length;
      if (!sent && !this.end.signal.aborted) this.log.warn({ target: target.id }, 'a push notification was given up');
    }
    this.queues.delete(key);
  }

  private async send(target: PushTarget, { contentType, body }: Item): Promise<boolean> {
    const { signal } = this.end;
    const headers = { 'content-type': contentType, 'user-agent': 'h200-mug', ...authorised(target) };
    for (let tried = 1; !signal.aborted; tried += 1) {
      const reply = await this.post.send(target.url, { headers, body }, signal).catch(() => null);
      if (reply !== null && reply.status >= 200 && reply.status < 300) return true;
      const again = reply === null || reply.status === 408 || reply.status === 429 || reply.status >= 500;
      if (!again || tried >= this.limits.tries) return false;
      const planned = this.limits.waitMs * 2 ** (tried - 1) * (0.75 + Math.random() / 2);
      const wait = Math.max(planned, (reply?.retryAfterS ?? 0) * 1000);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
    }
    return false;
  }
}

function authorised({ token, authentication }: PushTarget): Record<string, string> {
  return {
    ...(authentication !== null && { authorization: `${authentication.scheme} ${authentication.credentials}` }),
    ...(token !== '' && { 'x-a2a-notification-token': token }),
  };
}
