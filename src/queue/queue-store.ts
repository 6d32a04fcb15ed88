import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ModelCard } from '../analysis/away/outcome.ts';
import { ALONE, type Caller } from '../analysis/gate/gate.ts';
import { KEPT_MS, LEAST_WAIT_MS, MORE, MOST_APPOINTMENTS, PLANNED } from '../analysis/gate/law.ts';
import { PRIORITIES, type Priority } from '../contract/priority.ts';
import { QueueWorker } from '../contract/queue.ts';
import { shareOf } from '../fair-share.ts';
import type { RedisClient } from '../storage/redis/queue-client.ts';
import type { QueueKeys } from './queue-keys.ts';
import { ADMIT, BEAT, BURY, COUNT, LEAVE, MEASURES, WORKERS } from './scripts.ts';

/** A worker that was not heard of for so long is gone, ms. */
export const GONE_MS = 15_000;
export const BEAT_MS = 4000;
/** What came out waits so long for who asked, ms. */
const RESULT_MS = 120_000;
/** Whoever replays something and is gone has given it back after so long, ms. */
export const GIVEN_BACK_MS = 600_000;
/** What could not be done is kept so long, and so many of it. */
export const DEAD_MS = 7 * 86_400_000;
export const MOST_DEAD = 200;

const Card = QueueWorker.extend({ card: ModelCard });
export type WorkerCard = z.infer<typeof Card>;

export const isAble = ({ trouble, card }: WorkerCard): boolean => trouble === null && card !== null;

export interface QueueLimits {
  readonly depth: number;
  readonly bytes: number;
  /** Of one analysis, waiting included, ms. */
  readonly timeoutMs: number;
}

/** What could not be done takes a quarter of it besides. */
export const mostDeadBytes = ({ bytes }: QueueLimits): number => Math.floor(bytes / 4);

export interface Applicant {
  readonly id: string;
  readonly priority: Priority;
  readonly work: Buffer;
  /** What it asks, the same each time. */
  readonly question: string;
  /** Who shares the queue with others by this name. */
  readonly caller: Caller;
  /** Analyses that all workers have at once. */
  readonly atOnce: number;
}

export interface Admission {
  readonly admitted: boolean;
  /** Of its priority, that wait or run. */
  readonly open: number;
  /** Of those, the same caller's before it, and how many it may have. */
  readonly own: number;
  readonly share: number;
  /** Of one that was refused: until there is a place, which is kept for it. */
  readonly waitMs: number;
}

/** What lies beside BullMQ's own entries: photos, places, results and who works. */
export class QueueStore {
  private readonly client: RedisClient;
  private readonly keys: QueueKeys;

  constructor(client: RedisClient, keys: QueueKeys) {
    this.client = client;
    this.keys = keys;
  }

  /** The same analysis may be put in again. */
  async admit({ id, priority, work, question, caller, atOnce }: Applicant, limits: QueueLimits): Promise<Admission> {
    const { depth, bytes, timeoutMs } = limits;
    const more = 1 + MORE.always + MORE.byChance * Math.random();
    const law = [PLANNED, more, LEAST_WAIT_MS, MOST_APPOINTMENTS, KEPT_MS];
    const share = caller === ALONE ? depth : shareOf(depth);
    const named = createHash('sha256').update(caller).digest('base64url').slice(0, 22);
    const rank = PRIORITIES.indexOf(priority) + 1;
    const asked = [id, rank, work, timeoutMs, depth, bytes, Math.max(1, atOnce), question];
    const args = [...asked, ...law, named, share];
    const { took, told } = this.keys;
    const keys = [...this.names(id), took, told[PRIORITIES.indexOf(priority)] as string];
    const [admitted, open, waitMs, own] = z
      .tuple([z.number(), z.number(), z.number(), z.number()])
      .parse(await this.client.eval(ADMIT, 10, ...keys, ...args));
    return { admitted: admitted === 1, open, own, share, waitMs };
  }

  /** `tookMs`: a worker had it so long, and ended it. */
  async leave(id: string, done: boolean, tookMs: number | null = null): Promise<void> {
    const args = [id, done ? '1' : '0', tookMs === null ? '' : String(Math.round(tookMs))];
    await this.client.eval(LEAVE, 9, ...this.names(id), this.keys.took, ...args);
  }

  async bury(id: string, mostBytes: number): Promise<void> {
    const args = [id, DEAD_MS, MOST_DEAD, mostBytes, this.keys.work('')];
    await this.client.eval(BURY, 9, ...this.names(id), this.keys.dead, ...args);
  }

  /** Null: nobody waits for it any more. */
  work(id: string): Promise<Buffer | null> {
    return this.client.getBuffer(this.keys.work(id));
  }

  async isWanted(id: string): Promise<boolean> {
    return (await this.client.exists(this.keys.work(id))) === 1;
  }

  async hasResult(id: string): Promise<boolean> {
    return (await this.client.exists(this.keys.result(id))) === 1;
  }

  /** The first one counts: the same analysis done twice has one answer. */
  async putResult(id: string, text: string): Promise<void> {
    await this.client.set(this.keys.result(id), text, 'PX', RESULT_MS, 'NX');
  }

  async takeResult(id: string): Promise<string | null> {
    const text = await this.client.get(this.keys.result(id));
    if (text !== null) await this.client.del(this.keys.result(id));
    return text;
  }

  /** Of each: whether its result is there, whether BullMQ knows it, and whether it failed for good. */
  async look(ids: readonly string[]): Promise<{ id: string; hasResult: boolean; isKnown: boolean; isDead: boolean }[]> {
    const { keys } = this;
    const asked = this.client.pipeline();
    for (const id of ids) asked.exists(keys.result(id)).exists(keys.job(id)).zscore(keys.failed, id);
    const said = (await asked.exec()) ?? [];
    return ids.map((id, n) => {
      const [result, job, failed] = said.slice(3 * n, 3 * n + 3).map(([error, value]) => {
        if (error !== null) throw error;
        return value;
      });
      return { id, hasResult: result === 1, isKnown: job === 1, isDead: failed !== null };
    });
  }

  async failedReason(id: string): Promise<string> {
    return (await this.client.hget(this.keys.job(id), 'failedReason')) ?? '';
  }

  async beat(card: WorkerCard): Promise<void> {
    await this.client.eval(BEAT, 2, this.keys.workers, this.keys.seen, card.worker_id, JSON.stringify(card), GONE_MS);
  }

  async leaveWorkers(id: string): Promise<void> {
    await this.client.eval(BEAT, 2, this.keys.workers, this.keys.seen, id, '', GONE_MS);
  }

  /** Of every version; what is no card of ours is left out. */
  async workers(): Promise<WorkerCard[]> {
    const texts = await this.client.eval(WORKERS, 2, this.keys.workers, this.keys.seen, GONE_MS);
    return z
      .array(z.string())
      .parse(texts)
      .flatMap((text) => {
        const card = Card.safeParse(parsed(text));
        return card.success ? [card.data] : [];
      });
  }

  /** One that its time limit ended. */
  async countLate(): Promise<void> {
    await this.client.eval(COUNT, 1, this.keys.late);
  }

  async measures(): Promise<{ perMinute: number; heldBytes: number; latePerMinute: number }> {
    const { pace, held, late } = this.keys;
    const [perMinute, heldBytes, latePerMinute] = z
      .tuple([z.number(), z.number(), z.number()])
      .parse(await this.client.eval(MEASURES, 3, pace, held, late));
    return { perMinute, heldBytes, latePerMinute };
  }

  /** Whether nobody else replays it now; it is given back after so long at the latest, ms. */
  async claimReplay(id: string, ms: number): Promise<boolean> {
    return (await this.client.set(this.keys.replaying(id), '1', 'PX', ms, 'NX')) === 'OK';
  }

  async endReplay(id: string): Promise<void> {
    await this.client.del(this.keys.replaying(id));
  }

  async forgetDead(id: string): Promise<void> {
    const { keys } = this;
    await this.client.multi().del(keys.work(id)).zrem(keys.dead, id).exec();
  }

  private names(id: string): string[] {
    const { places, held, sizes, pace, work } = this.keys;
    return [...places, held, sizes, pace, work(id)];
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
