import { randomBytes } from 'node:crypto';

/** Places in the order of all messages of this process; those of several servers are told apart and ordered by their clocks. */
export class Places {
  private readonly server = randomBytes(4).toString('hex');
  private last = 0;
  private number = 0;

  /** Sorts behind every place that was given before, also when the clock was set back. */
  next(now: number): string {
    this.last = Math.max(this.last, now);
    this.number += 1;
    return `${String(this.last).padStart(14, '0')}.${String(this.number).padStart(9, '0')}.${this.server}`;
  }
}
