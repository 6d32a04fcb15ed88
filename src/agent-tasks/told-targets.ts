import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { roomFor } from '../lru-room.ts';

/** Who comes back after so many others is told again at worst. */
const MOST = 10_000;

interface Told {
  /** Of what was planned before. */
  turn: Promise<void>;
  /** Of the last message, by target. */
  readonly digests: Map<string, string>;
}

/** What the targets of each task were told last, in the order of the tellings. A task without targets leaves nothing behind. */
export class ToldTargets {
  private readonly tasks = new LRUCache<string, Told>(roomFor(MOST));

  get size(): number {
    return this.tasks.size;
  }

  /** Resolves when what was planned for the task is done. */
  settled(taskId: string): Promise<void> {
    return this.tasks.peek(taskId)?.turn ?? Promise.resolve();
  }

  /** Runs `plan` behind what was planned for the task before. `isNews`: whether the target's last message was another one. */
  inTurn(taskId: string, plan: (isNews: (targetId: string, body: string) => boolean) => Promise<void>): Promise<void> {
    const one = this.tasks.get(taskId) ?? { turn: Promise.resolve(), digests: new Map() };
    this.tasks.set(taskId, one);
    const isNews = (targetId: string, body: string) => {
      const digest = createHash('sha256').update(body).digest('base64');
      const changed = one.digests.get(targetId) !== digest;
      one.digests.set(targetId, digest);
      return changed;
    };
    const turn = one.turn.then(() => plan(isNews));
    const settled: Promise<void> = turn
      .catch(() => {})
      .then(() => {
        if (one.digests.size === 0 && one.turn === settled) this.tasks.delete(taskId);
      });
    one.turn = settled;
    return turn;
  }
}
