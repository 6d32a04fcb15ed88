import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { FairShare } from '../../fair-share.ts';
import { clientOf } from '../http/client-of.ts';

/** Streams that may be open at once, of all clients; each has its share. */
const MOST = 320;

export class Streams {
  private readonly places = new FairShare(MOST);
  private open = 0;

  /** Throws RATE_001. */
  async during(request: FastifyRequest, work: () => Promise<void>): Promise<void> {
    const giveBack = this.open >= MOST ? null : this.places.take(clientOf(request));
    if (giveBack === null) {
      throw new AppError('RATE_001', { message: 'Too many streams are open.', retryAfterS: 5 });
    }
    this.open += 1;
    try {
      await work();
    } finally {
      this.open -= 1;
      giveBack();
    }
  }
}
