import { AppError } from '../errors.ts';
import { FairShare } from '../fair-share.ts';

/** So many pieces of costly work at once, of which nobody has all. Who finds no place is told to come again: SYSTEM_002. */
export class AtOnce {
  private readonly most: number;
  private readonly shares: FairShare;
  private running = 0;

  constructor(most: number) {
    this.most = most;
    this.shares = new FairShare(most);
  }

  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    const release = this.running < this.most ? this.shares.take(client) : null;
    if (release === null) throw busy();
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      release();
    }
  }
}

const busy = () =>
  new AppError('SYSTEM_002', {
    message: 'As many cameras are tried, or time lapses made, as this server takes at once.',
    advice: 'Try again after the seconds named in retry_after_s.',
    retryAfterS: 5,
  });
